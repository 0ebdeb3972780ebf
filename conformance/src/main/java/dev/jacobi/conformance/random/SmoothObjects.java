package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SmoothGenerator} does with objects: {@link Support.Body bodies} with mutable and final fields, which may share an array, and
 * {@link Support.Curve curves}, which are called through their interface; {@link Support.Cursor cursors} hold an integer. They are held in variables and arrays, and one object or array
 * is known by several names, some of which depend on data.
 */
final class SmoothObjects implements SmoothFamily {
    static final String BODY = "Body";
    static final String BODIES = "Body[]";
    static final String CURVE = "Curve";
    static final String CURSOR = "Cursor";

    private final SmoothScope scope;
    private final SmoothExpressions expressions;

    SmoothObjects(SmoothScope scope, SmoothExpressions expressions) {
        this.scope = scope;
        this.expressions = expressions;
    }

    @Override
    public @Nullable String number(int depth) {
        List<String> bodies = bodies();
        List<Variable> curves = scope.variables(CURVE);
        if (!curves.isEmpty() && (bodies.isEmpty() || scope.chance(40))) {
            return scope.pick(curves).name() + ".at(" + expressions.expression(depth - 1) + ")";
        }
        if (bodies.isEmpty()) {
            return null;
        }
        String body = scope.pick(bodies);
        return body
                + scope.pick(List.of(
                        ".x",
                        ".x",
                        ".speed",
                        ".mass",
                        ".energy()",
                        ".track[" + expressions.index(body + ".track") + "]"));
    }

    /** The ways to a body. */
    private List<String> bodies() {
        List<String> found = new ArrayList<>();
        for (Variable body : scope.variables(BODY)) {
            found.add(body.name());
        }
        for (Variable array : scope.variables(BODIES)) {
            found.add(array.name() + "[" + expressions.index(array.name()) + "]");
        }
        return found;
    }

    @Override
    public List<String> types() {
        return List.of(BODY, BODIES);
    }

    @Override
    public String created(String type) {
        return type.equals(BODY) ? body() : "new Body[] {" + body() + "}";
    }

    @Override
    public void statement(Node.Body into) {
        List<String> bodies = bodies();
        if (bodies.isEmpty() || scope.chance(35)) {
            declare(into);
            return;
        }
        String body = scope.pick(bodies);
        switch (scope.nextInt(5)) {
            case 0, 1 -> into.add(expressions.update(body + scope.pick(List.of(".x", ".speed")), "double"));
            case 2 -> into.add(body + ".step(" + expressions.expression(2) + ");");
            case 3 -> into.add(body + ".track = " + array() + ";");
            default -> {
                List<Variable> arrays = scope.variables(BODIES);
                if (arrays.isEmpty()) {
                    into.add(body + ".step(" + expressions.expression(1) + ");");
                } else {
                    String array = scope.pick(arrays).name();
                    into.add(array + "[" + expressions.index(array) + "] = " + body + ";");
                }
            }
        }
    }

    private void declare(Node.Body into) {
        String type = scope.pick(List.of(BODY, BODY, BODIES, CURVE, CURSOR));
        String value = switch (type) {
            case BODY -> body();
            case BODIES -> {
                List<String> elements = new ArrayList<>();
                for (int i = scope.nextInt(4); i >= 0; i--) {
                    elements.add(body());
                }
                yield "{" + String.join(", ", elements) + "}";
            }
            case CURSOR -> "new Cursor(" + scope.nextInt(3) + ")";
            default -> curve();
        };
        scope.declare(into, type, value);
    }

    /** A body, new or known. */
    String body() {
        List<String> known = bodies();
        if (known.isEmpty() || scope.chance(50)) {
            return "new Body(" + expressions.expression(1) + ", " + expressions.leaf() + ", " + array() + ")";
        }
        return scope.chance(60)
                ? scope.pick(known)
                : "(" + expressions.condition(1) + " ? " + scope.pick(known) + " : " + scope.pick(known) + ")";
    }

    private String curve() {
        List<Variable> known = scope.variables(CURVE);
        String line = "new Line(" + expressions.leaf() + ", " + expressions.expression(1) + ")";
        return switch (scope.nextInt(known.isEmpty() ? 3 : 5)) {
            case 0 -> line;
            case 1 -> "new Wave(" + expressions.leaf() + ", " + body() + ")";
            case 2 ->
                "(" + expressions.condition(1) + " ? " + line + " : new Wave(" + expressions.leaf() + ", " + body()
                        + "))";
            case 3 -> "new Blend(" + scope.pick(known).name() + ", " + line + ", " + expressions.leaf() + ")";
            default ->
                "(" + expressions.condition(1) + " ? " + scope.pick(known).name() + " : "
                        + scope.pick(known).name() + ")";
        };
    }

    /** An array, new or known by another name too. */
    String array() {
        List<Variable> known = scope.variables("double[]");
        return known.isEmpty() || scope.chance(40)
                ? "new double[] {" + expressions.leaf() + ", " + expressions.leaf() + "}"
                : scope.pick(known).name();
    }
}
