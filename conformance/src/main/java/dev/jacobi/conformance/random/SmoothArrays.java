package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements about arrays as a whole: new ones, also ragged, rows that become arrays of their own or belong to several matrices, copies of
 * all kinds, also within one array, names that depend on data, and extreme elements.
 */
final class SmoothArrays {
    private final SmoothScope scope;
    private final SmoothExpressions expressions;

    SmoothArrays(SmoothScope scope, SmoothExpressions expressions) {
        this.scope = scope;
        this.expressions = expressions;
    }

    /** Declares an array. */
    void array(Node.Body body) {
        List<Variable> matrices = scope.variables("double[][]");
        switch (scope.nextInt(matrices.isEmpty() ? 6 : 9)) {
            case 0, 1 -> scope.declare(body, "double[]", expressions.created("double[]"));
            case 2 -> scope.declare(body, "double[]", expressions.call("double[]", 2));
            case 3 -> scope.declare(body, "int[]", expressions.created("int[]"));
            case 4, 5 ->
                scope.declare(body, "double[][]", scope.chance(30) ? expressions.created("double[][]") : ragged());
            default -> scope.declare(body, "double[]", row(scope.pick(matrices)));
        }
    }

    private String row(Variable matrix) {
        return matrix.name() + "[" + expressions.index(matrix.name()) + "]";
    }

    /** Rows of different length, some of them known by other names. */
    private String ragged() {
        List<Variable> known = scope.variables("double[]");
        List<String> rows = new ArrayList<>();
        for (int i = scope.nextInt(1, 4); i > 0; i--) {
            if (!known.isEmpty() && scope.chance(40)) {
                rows.add(scope.pick(known).name());
            } else {
                rows.add(scope.chance(50) ? "{" + expressions.leaf() + "}" : "new double[" + scope.nextInt(1, 4) + "]");
            }
        }
        return "{" + String.join(", ", rows) + "}";
    }

    /** Copies, fills or gives another name. */
    void copy(Node.Body body) {
        List<Variable> matrices = scope.variables("double[][]");
        List<Variable> arrays = scope.variables("double[]");
        if (!matrices.isEmpty() && scope.chance(35)) {
            copyOfRows(body, scope.pick(matrices), arrays);
            return;
        }
        if (arrays.isEmpty()) {
            array(body);
            return;
        }
        String source = scope.pick(arrays).name();
        String target = scope.pick(arrays).name();
        switch (scope.nextInt(7)) {
            case 0 -> scope.declare(body, "double[]", source + ".clone()");
            case 1 ->
                scope.declare(body, "double[]", "(" + expressions.condition(1) + " ? " + source + " : " + target + ")");
            case 2 -> {
                String copied = scope.chance(50)
                        ? "copyOf(" + source + ", " + scope.nextInt(1, 6) + ")"
                        : "copyOfRange(" + source + ", " + source + ".length - 1, " + source + ".length + "
                                + scope.nextInt(3) + ")";
                scope.declare(body, "double[]", "java.util.Arrays." + copied);
            }
            case 3 -> body.add("java.util.Arrays.fill(" + target + ", " + expressions.expression(2) + ");");
            case 4 ->
                body.add("java.util.Arrays.fill(" + target + ", " + target + ".length / 2, " + target + ".length, "
                        + expressions.leaf() + ");");
            case 5 ->
                body.add("System.arraycopy(" + source + ", 0, " + target + ", 0, Math.min(" + source + ".length, "
                        + target + ".length));");
            default ->
                // Within one array, by one place.
                body.add(
                        scope.chance(50)
                                ? "System.arraycopy(" + source + ", 0, " + source + ", 1, " + source + ".length - 1);"
                                : "System.arraycopy(" + source + ", 1, " + source + ", 0, " + source + ".length - 1);");
        }
    }

    private void copyOfRows(Node.Body body, Variable matrix, List<Variable> arrays) {
        List<Variable> matrices = scope.variables("double[][]");
        switch (scope.nextInt(4)) {
            case 0 -> scope.declare(body, "double[][]", matrix.name() + ".clone()");
            case 1 -> {
                String other = scope.pick(matrices).name();
                body.add("System.arraycopy(" + matrix.name() + ", 0, " + other + ", 0, Math.min(" + matrix.name()
                        + ".length, " + other + ".length));");
            }
            case 2 -> body.add(row(matrix) + " = " + row(scope.pick(matrices)) + ";");
            default ->
                body.add(row(matrix) + " = "
                        + (arrays.isEmpty()
                                ? "new double[] {" + expressions.leaf() + "}"
                                : scope.pick(arrays).name())
                        + ";");
        }
    }

    /** Declares the greatest or smallest of the elements of an array, and of another number. */
    void extreme(Node.Body body) {
        List<Variable> arrays = scope.variables("double[]");
        if (arrays.isEmpty()) {
            array(body);
            return;
        }
        String array = scope.pick(arrays).name();
        String extreme = scope.name("m");
        String index = scope.name("i");
        String element = array + "[" + index + "]";
        int from = scope.nextInt(2);
        body.add("double " + extreme + " = " + (from == 1 ? array + "[0]" : expressions.leaf()) + ";");
        String round = switch (scope.nextInt(6)) {
            case 0 -> extreme + " = Math.max(" + extreme + ", " + element + ");";
            case 1 -> extreme + " = Math.min(" + extreme + ", " + element + ");";
            case 2 -> extreme + " = Math.max(" + element + ", " + extreme + ");";
            case 3 -> "if (" + element + " > " + extreme + ") { " + extreme + " = " + element + "; }";
            case 4 -> extreme + " = " + element + " < " + extreme + " ? " + element + " : " + extreme + ";";
            default -> extreme + " = Math.max(" + extreme + ", 0.9 * " + element + ");";
        };
        body.add("for (int " + index + " = " + from + "; " + index + " < " + array + ".length; " + index + "++) { "
                + round + " }");
        scope.add(new Variable(extreme, "double", true, false));
    }

    /** Changes an integer in memory. */
    void integers(Node.Body body) {
        List<Variable> arrays = scope.variables("int[]");
        if (arrays.isEmpty() && !scope.statics) {
            array(body);
            return;
        }
        if (arrays.isEmpty() || scope.chance(15) && scope.statics) {
            body.add("shared = (shared + " + expressions.integer() + ") & 7;");
            return;
        }
        String target = expressions.integerElement(scope.pick(arrays));
        body.add(
                switch (scope.nextInt(3)) {
                    case 0 -> target + "++;";
                    case 1 -> target + " = " + expressions.integer() + " + 1;";
                    default -> target + " = (int) (3 * Math.tanh(" + expressions.leaf() + "));";
                });
    }
}
