package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of references that begin with {@code null} and are filled later, often by a method that was called: rows of numbers, and
 * {@link Support.Body bodies}. Their types are written with a space, to tell them from arrays whose elements are all there.
 */
final class SmoothSlots implements SmoothFamily {
    static final String ROWS = "double[] []";
    static final String BODIES = "Body []";

    private final SmoothScope scope;
    private final SmoothExpressions expressions;
    private final SmoothObjects objects;

    SmoothSlots(SmoothScope scope, SmoothExpressions expressions, SmoothObjects objects) {
        this.scope = scope;
        this.expressions = expressions;
        this.objects = objects;
    }

    /** A number out of a slot, or another if that is empty. */
    @Override
    public @Nullable String number(int depth) {
        List<Variable> known = known();
        if (known.isEmpty()) {
            return null;
        }
        Variable array = scope.pick(known);
        String slot = slot(array);
        String number = slot + (array.type().equals(ROWS) ? "[0]" : scope.pick(List.of(".x", ".speed", ".track[0]")));
        return "(" + slot + " == null ? " + scope.nextInt(-8, 8) / 4.0 + " : " + number + ")";
    }

    @Override
    public List<String> types() {
        return scope.objects ? List.of(ROWS, BODIES, BODIES) : List.of(ROWS);
    }

    @Override
    public void statement(Node.Body into) {
        List<Variable> known = known();
        if (known.isEmpty() || scope.chance(25)) {
            declare(into);
            return;
        }
        Variable array = scope.pick(known);
        String slot = slot(array);
        if (scope.chance(40)) {
            String target = slot + (array.type().equals(ROWS) ? "[0]" : ".x");
            into.add("if (" + slot + " != null) " + expressions.update(target, "double"));
        } else {
            fill(into, array);
        }
    }

    static boolean is(Variable array) {
        return array.type().equals(ROWS) || array.type().equals(BODIES);
    }

    void fill(Node.Body into, Variable array) {
        into.add(slot(array) + " = " + (array.type().equals(ROWS) ? objects.array() : objects.body()) + ";");
    }

    void declare(Node.Body into) {
        String type = scope.objects && scope.chance(60) ? BODIES : ROWS;
        scope.declare(into, type, created(type));
    }

    /** A new array, all of whose slots are empty. */
    @Override
    public String created(String type) {
        int length = scope.nextInt(1, 4);
        return type.equals(ROWS) ? "new double[" + length + "][]" : "new Body[" + length + "]";
    }

    private List<Variable> known() {
        List<Variable> known = new ArrayList<>(scope.variables(ROWS));
        known.addAll(scope.variables(BODIES));
        return known;
    }

    /** The same one each time it is evaluated. */
    private String slot(Variable array) {
        return array.name() + "[" + scope.nextInt(3) + " % " + array.name() + ".length]";
    }
}
