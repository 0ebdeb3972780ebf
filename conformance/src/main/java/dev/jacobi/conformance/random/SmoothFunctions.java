package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions as values: lambdas and method references that are kept in variables and arrays, chosen by data and put together; and
 * {@link Support.Figure figures}, a sealed hierarchy that is taken apart by patterns.
 */
final class SmoothFunctions implements SmoothFamily {
    private static final String FUNCTION = "DoubleUnaryOperator";
    private static final String FUNCTIONS = "DoubleUnaryOperator[]";
    private static final String FIGURE = "Figure";

    private final SmoothScope scope;
    private final SmoothExpressions expressions;

    SmoothFunctions(SmoothScope scope, SmoothExpressions expressions) {
        this.scope = scope;
        this.expressions = expressions;
    }

    @Override
    public List<String> types() {
        return List.of(FUNCTION, FUNCTIONS, FIGURE);
    }

    @Override
    public String created(String type) {
        return switch (type) {
            case FUNCTION -> function();
            case FUNCTIONS -> "new DoubleUnaryOperator[] {" + function() + ", " + function() + "}";
            default -> figure();
        };
    }

    private String function() {
        List<String> known = functions();
        return switch (scope.nextInt(known.isEmpty() ? 3 : 6)) {
            case 0 -> scope.pick(List.of("Math::sin", "Math::tanh", "Math::atan"));
            case 1, 2 -> lambda();
            case 3 -> scope.pick(known) + scope.pick(List.of(".andThen(", ".compose(")) + lambda() + ")";
            default -> "(" + expressions.condition(1) + " ? " + scope.pick(known) + " : " + scope.pick(known) + ")";
        };
    }

    /** May change an array that it knows. */
    private String lambda() {
        Variable parameter = new Variable(scope.name("p"), "double", false, true);
        return parameter.name() + " -> "
                + scope.inLambda(parameter, () -> {
                    List<Variable> arrays = scope.variables("double[]");
                    String value = expressions.expression(2);
                    if (arrays.isEmpty() || scope.chance(65)) {
                        return value;
                    }
                    String array = scope.pick(arrays).name();
                    return "{ " + array + "[" + array + ".length - 1] = Math.sin(" + value + "); return "
                            + expressions.leaf() + "; }";
                });
    }

    private String figure() {
        List<Variable> known = scope.variables(FIGURE);
        return switch (scope.nextInt(known.isEmpty() ? 2 : 5)) {
            case 0 -> "new Disc(" + expressions.expression(1) + ")";
            case 1 -> "new Frame(" + expressions.leaf() + ", " + expressions.expression(1) + ")";
            case 2, 3 ->
                "new Union(" + scope.pick(known).name() + ", new Disc(" + expressions.leaf() + "), " + scope.nextInt(3)
                        + ")";
            default ->
                "(" + expressions.condition(1) + " ? " + scope.pick(known).name() + " : "
                        + scope.pick(known).name() + ")";
        };
    }

    /** The ways to a function. */
    private List<String> functions() {
        List<String> found = new ArrayList<>();
        for (Variable function : scope.variables(FUNCTION)) {
            found.add(function.name());
        }
        for (Variable array : scope.variables(FUNCTIONS)) {
            found.add(array.name() + "[" + expressions.index(array.name()) + "]");
        }
        return found;
    }

    @Override
    public @Nullable String number(int depth) {
        List<String> functions = functions();
        List<Variable> figures = scope.variables(FIGURE);
        if (!figures.isEmpty() && (functions.isEmpty() || scope.chance(50))) {
            return measure(scope.pick(figures).name());
        }
        return functions.isEmpty()
                ? null
                : scope.pick(functions) + ".applyAsDouble(" + expressions.expression(depth - 1) + ")";
    }

    /** A number by patterns, or by the method that does it recursively. */
    private String measure(String figure) {
        if (scope.chance(40)) {
            return "Support.measure(" + figure + ")";
        }
        Variable radius = new Variable(scope.name("r"), "double", false, true);
        Variable width = new Variable(scope.name("w"), "double", false, true);
        String height = scope.name("h");
        String count = scope.name("n");
        String disc = scope.within(List.of(radius), expressions::leaf);
        String frame = scope.within(List.of(width), expressions::leaf);
        return "(switch (" + figure + ") { case Disc(double " + radius.name() + ") -> Math.sin(" + radius.name()
                + ") * "
                + disc + "; case Frame(double " + width.name() + ", double " + height + ") when " + height + " < "
                + width.name() + " -> " + frame + "; case Union(Disc(double " + radius.name() + "), _, int " + count
                + ") -> " + radius.name() + " * " + count + "; default -> 0.5; })";
    }

    @Override
    public void statement(Node.Body into) {
        List<Variable> arrays = scope.variables(FUNCTIONS);
        if (!arrays.isEmpty() && scope.chance(30)) {
            String array = scope.pick(arrays).name();
            into.add(array + "[" + expressions.index(array) + "] = " + function() + ";");
            return;
        }
        String type = scope.pick(List.of(FUNCTION, FUNCTION, FUNCTIONS, FIGURE, FIGURE));
        scope.declare(into, type, created(type));
    }
}
