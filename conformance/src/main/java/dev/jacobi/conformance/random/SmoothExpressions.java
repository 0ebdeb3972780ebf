package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes expressions with a derivative nearly everywhere, with functions on guarded domains; and integers, which say where: from variables,
 * arrays, objects and static fields, and from numbers.
 */
final class SmoothExpressions {
    /** The deepest expression of a statement. */
    static final int DEPTH = 3;

    private final SmoothScope scope;
    private final List<SmoothFamily> families = new ArrayList<>();

    final List<Method> helpers = new ArrayList<>();
    /** Calls in nested loops take too long. */
    boolean mayCall = true;

    SmoothExpressions(SmoothScope scope) {
        this.scope = scope;
    }

    /** Takes values of this family for numbers and arguments too. */
    void use(SmoothFamily family) {
        families.add(family);
    }

    /** The types of values of all families. */
    List<String> types() {
        return families.stream().flatMap(family -> family.types().stream()).toList();
    }

    private String constant() {
        return "(" + scope.nextInt(-16, 24) / 8.0 + ")";
    }

    String leaf() {
        List<Variable> numbers = scope.variables(scope.floats && scope.chance(30) ? "float" : "double");
        return switch (scope.nextInt(10)) {
            case 0 -> constant();
            case 1 -> element();
            case 2, 3 -> {
                String number = families.isEmpty() ? null : scope.pick(families).number(1);
                yield number == null ? element() : number;
            }
            case 4 -> "(0.1 * " + integer() + ")";
            default -> numbers.isEmpty() ? constant() : scope.pick(numbers).name();
        };
    }

    /** A small integer, mostly not negative. */
    String integer() {
        List<Variable> integers = scope.variables("int");
        List<Variable> arrays = scope.variables("int[]");
        List<Variable> cursors = scope.variables("Cursor");
        return switch (scope.nextInt(10)) {
            case 0 -> "" + scope.nextInt(4);
            case 1 -> scope.statics ? "(int) shared" : "3";
            case 2, 3 -> arrays.isEmpty() ? "" + scope.nextInt(4) : integerElement(scope.pick(arrays));
            case 4 -> cursors.isEmpty() ? "1" : scope.pick(cursors).name() + scope.pick(List.of(".at", ".next()"));
            default -> integers.isEmpty() ? "2" : scope.pick(integers).name();
        };
    }

    String integerElement(Variable array) {
        return array.name() + "[" + scope.nextInt(4) + " % " + array.name() + ".length]";
    }

    String index(String array) {
        String index = integer();
        if (scope.chance(30)) {
            index = "(" + index + " + " + scope.nextInt(3) + ")";
        }
        return "Math.floorMod(" + index + ", " + array + ".length)";
    }

    private String element() {
        List<Variable> arrays = arrays();
        return arrays.isEmpty() ? constant() : elementOf(scope.pick(arrays));
    }

    /** The arrays of numbers that carry derivatives. */
    List<Variable> arrays() {
        List<Variable> arrays = new ArrayList<>(scope.variables("double[]"));
        arrays.addAll(scope.variables("double[][]"));
        arrays.addAll(scope.variables("float[]"));
        return arrays;
    }

    /** An element, which can be assigned. */
    String elementOf(Variable array) {
        String row = array.name() + "[" + index(array.name()) + "]";
        if (!array.type().equals("double[][]")) {
            return row;
        }
        // The row of an index that may change while it is evaluated would be another one.
        String fixed = array.name() + "[" + scope.nextInt(4) + " % " + array.name() + ".length]";
        return fixed + "[" + index(fixed) + "]";
    }

    String expression(int depth) {
        if (depth <= 0 || scope.chance(scope.isSmall() ? 30 : 10)) {
            return leaf();
        }
        String a = expression(depth - 1);
        String b = expression(depth - 1);
        return switch (scope.nextInt(34)) {
            case 0, 1, 2, 3 -> "(" + a + " + " + b + ")";
            case 4, 5, 6 -> "(" + a + " - " + b + ")";
            case 7, 8, 9, 10 -> "(" + a + " * " + b + ")";
            case 11, 12 -> "(" + a + " / (1.5 + " + square(leaf()) + "))";
            case 13 -> "Math.sin(" + a + ")";
            case 14 -> "Math.cos(" + a + ")";
            case 15 -> "Math.tanh(" + a + ")";
            case 16 -> "Math.exp(Math.sin(" + a + "))";
            case 17 -> "Math.log(1.25 + Math.abs(" + a + "))";
            case 18 -> "Math.sqrt(0.75 + Math.abs(" + a + "))";
            case 19 ->
                scope.pick(List.of(
                        "Math.atan(" + a + ")",
                        "Math.asin(0.9 * Math.tanh(" + a + "))",
                        "Math.acos(0.8 * Math.sin(" + a + "))"));
            case 20 ->
                "Math.pow(1.1 + Math.abs(" + a + "), " + scope.pick(List.of("1.5", "-0.5", "2", "Math.tanh(" + b + ")"))
                        + ")";
            case 21 -> "Math.hypot(" + a + ", 1.25)";
            case 22 -> scope.pick(List.of("Math.max(", "Math.min(")) + a + ", " + b + ")";
            case 23 -> "Math.abs(" + a + ")";
            case 24 -> "Math.fma(" + a + ", " + b + ", " + leaf() + ")";
            case 25 -> "(" + condition(1) + " ? " + a + " : " + b + ")";
            case 26, 27 -> call("double", depth);
            case 28 -> "(-" + a + ")";
            case 29 ->
                scope.pick(List.of(
                        "Math.cbrt(2 + Math.sin(" + a + "))",
                        "Math.log1p(Math.abs(" + a + "))",
                        "Math.expm1(Math.sin(" + a + "))",
                        "Math.sinh(Math.tanh(" + a + "))",
                        "Math.cosh(Math.tanh(" + a + "))",
                        "Math.atan2(" + a + ", 1.5 + Math.abs(" + b + "))",
                        "Math.log10(2 + Math.abs(" + a + "))",
                        "Math.tan(Math.tanh(" + a + "))",
                        "Math.toRadians(" + a + ")"));
            case 30 -> lambda(depth);
            case 31 -> stream(depth);
            case 32 -> scope.floats ? "(double) (float) " + leaf() : "Math.floor(3 * Math.tanh(" + leaf() + "))";
            default -> scope.chance(8) ? "new Pair(1, " + a + ").scale(" + b + ")" : leaf();
        };
    }

    /** An assignment to a number. */
    String update(String target, String type) {
        String value = expression(DEPTH);
        String cast = type.equals("float") ? "(float) " : "";
        return switch (scope.nextInt(6)) {
            case 0 -> target + " = " + cast + "Math.tanh(" + value + ");";
            case 1 -> target + " = " + cast + "(0.5 * " + target + " + Math.sin(" + value + "));";
            case 2 -> target + " += 0.125 * " + value + ";";
            case 3 -> target + " -= Math.atan(" + value + ");";
            case 4 -> target + " *= Math.cos(" + value + ");";
            default -> target + " = " + cast + "(" + value + ");";
        };
    }

    private static String square(String leaf) {
        return leaf + " * " + leaf;
    }

    String condition(int depth) {
        if (scope.chance(10)) {
            return "((" + integer() + " & 1) == 0)";
        }
        String a = expression(depth);
        return "(" + a + scope.pick(List.of(" < ", " > ", " <= ", " >= ")) + (scope.chance(50) ? constant() : leaf())
                + ")";
    }

    /** A call of another method of the program with this result, or something else of the type. */
    String call(String type, int depth) {
        List<Method> callable = helpers.stream()
                .filter(method -> method.returnType().equals(type))
                .toList();
        if (callable.isEmpty() || !mayCall) {
            return type.equals("double") ? leaf() : "new double[] {" + leaf() + ", " + leaf() + "}";
        }
        Method method = scope.pick(callable);
        return method.name() + "(" + String.join(", ", arguments(method.parameters(), depth)) + ")";
    }

    /** One array may be given twice. */
    private List<String> arguments(List<Variable> parameters, int depth) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String type = parameters.get(i).type();
            List<Variable> fitting = scope.variables(type);
            boolean again = i > 0 && type.equals(parameters.get(i - 1).type()) && type.endsWith("[]");
            arguments.add(
                    switch (type) {
                        case "double" -> expression(Math.min(depth - 1, 1));
                        case "int" -> "" + scope.nextInt(5);
                        case "float" -> "(float) " + leaf();
                        default ->
                            again && scope.chance(40)
                                    ? arguments.getLast()
                                    : fitting.isEmpty()
                                            ? created(type)
                                            : scope.pick(fitting).name();
                    });
        }
        return arguments;
    }

    /** A new array or object. */
    String created(String type) {
        return switch (type) {
            case "double[]" ->
                scope.chance(50)
                        ? "new double[" + scope.nextInt(1, 5) + "]"
                        : "new double[] {" + leaf() + ", " + leaf() + "}";
            case "float[]" -> "new float[" + scope.nextInt(1, 4) + "]";
            case "int[]" -> "new int[] {" + scope.nextInt(4) + ", " + integer() + ", " + scope.nextInt(3) + "}";
            case "double[][]" -> "new double[" + scope.nextInt(1, 4) + "][" + scope.nextInt(1, 4) + "]";
            default ->
                families.stream()
                        .filter(family -> family.types().contains(type))
                        .findFirst()
                        .orElseThrow()
                        .created(type);
        };
    }

    private String lambda(int depth) {
        Variable parameter = new Variable(scope.name("p"), "double", false, true);
        return "((DoubleUnaryOperator) " + parameter.name() + " -> "
                + scope.inLambda(parameter, () -> expression(depth - 1)) + ").applyAsDouble(" + leaf() + ")";
    }

    private String stream(int depth) {
        Variable parameter = new Variable(scope.name("p"), "int", false, true);
        return "IntStream.range(0, " + scope.nextInt(1, 5) + ").mapToDouble(" + parameter.name() + " -> "
                + scope.inLambda(parameter, () -> expression(depth - 1)) + ").sum()";
    }
}
