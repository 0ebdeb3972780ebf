package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A family whose values are kept in variables: each statement makes one, or changes or uses one that is known. */
abstract class SmoothValues implements SmoothFamily {
    final SmoothScope scope;
    final SmoothExpressions expressions;
    final SmoothObjects objects;
    private final List<String> types;
    private final int percentMade;

    /**
     * @param types what is made more often stands here more often
     * @param percentMade how many of the statements make a value though there is one
     */
    SmoothValues(
            SmoothScope scope,
            SmoothExpressions expressions,
            SmoothObjects objects,
            List<String> types,
            int percentMade) {
        this.scope = scope;
        this.expressions = expressions;
        this.objects = objects;
        this.types = types;
        this.percentMade = percentMade;
    }

    @Override
    public final List<String> types() {
        return types;
    }

    @Override
    public final @Nullable String number(int depth) {
        List<Variable> known = known();
        if (known.isEmpty()) {
            return null;
        }
        Variable variable = scope.pick(known);
        return number(variable.type(), variable.name());
    }

    @Override
    public final void statement(Node.Body into) {
        List<Variable> known = known();
        if (known.isEmpty() || scope.chance(percentMade)) {
            String type = scope.pick(types);
            scope.declare(into, type, created(type));
            return;
        }
        Variable variable = scope.pick(known);
        statement(into, variable.type(), variable.name());
    }

    /** A number that the variable's value holds or computes. */
    abstract String number(String type, String name);

    /** Adds a statement that changes or uses the variable's value. */
    abstract void statement(Node.Body into, String type, String name);

    private List<Variable> known() {
        List<Variable> known = new ArrayList<>();
        types.stream().distinct().forEach(type -> known.addAll(scope.variables(type)));
        return known;
    }
}
