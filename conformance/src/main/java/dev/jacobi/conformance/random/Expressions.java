package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Makes well-typed expressions from the variables in scope. Every expression is in parentheses or needs none. */
final class Expressions {
    static final List<String> NUMBERS = List.of("int", "long", "double", "float", "byte", "short", "char");
    static final List<String> OBJECTS = List.of("Pair", "Cell", "Color", "Shape", "Step", "String");

    private static final List<String> INTS = List.of(
            "0",
            "1",
            "-1",
            "2",
            "3",
            "7",
            "31",
            "32",
            "63",
            "100",
            "-128",
            "65535",
            "Integer.MAX_VALUE",
            "Integer.MIN_VALUE");
    private static final List<String> LONGS =
            List.of("0L", "1L", "-1L", "5L", "33L", "64L", "1000003L", "1L << 40", "Long.MAX_VALUE", "Long.MIN_VALUE");
    private static final List<String> DOUBLES = List.of(
            "0.0",
            "-0.0",
            "1.0",
            "0.5",
            "-2.25",
            "3.7",
            "1e10",
            "1e300",
            "1e-310",
            "Double.NaN",
            "Double.POSITIVE_INFINITY",
            "Double.NEGATIVE_INFINITY",
            "Double.MIN_VALUE",
            "Double.MAX_VALUE");
    private static final List<String> FLOATS = List.of(
            "0f",
            "-0f",
            "1f",
            "0.1f",
            "-3.5f",
            "1e20f",
            "1e-40f",
            "Float.NaN",
            "Float.POSITIVE_INFINITY",
            "Float.MAX_VALUE");
    private static final List<String> STRINGS =
            List.of("\"\"", "\"a\"", "\"jacobi\"", "\"Aa\"", "\"BB\"", "\"\\u00e9\\n\"");
    private static final List<String> UNARY_MATH = List.of(
            "sin",
            "cos",
            "tan",
            "exp",
            "log",
            "sqrt",
            "cbrt",
            "abs",
            "floor",
            "ceil",
            "rint",
            "signum",
            "atan",
            "tanh",
            "log1p",
            "expm1",
            "toRadians",
            "ulp",
            "asin",
            "acos",
            "sinh",
            "cosh",
            "log10",
            "nextUp",
            "nextDown",
            "toDegrees");
    private static final List<String> BINARY_MATH =
            List.of("min", "max", "pow", "atan2", "hypot", "IEEEremainder", "nextAfter");
    private static final List<String> EXACT =
            List.of("addExact", "subtractExact", "multiplyExact", "floorDiv", "floorMod", "min", "max");

    final SplittableRandom random;
    /** Whether there are strings and objects; if not, all is numbers and arrays of them. */
    final boolean objects;

    final Deque<List<Variable>> scopes = new ArrayDeque<>();
    final List<Method> helpers = new ArrayList<>();
    /** How often the code that is made now runs at most, roughly. */
    int weight = 1;

    private int names;
    private boolean inLambda;

    Expressions(SplittableRandom random, boolean objects) {
        this.random = random;
        this.objects = objects;
    }

    String name(String prefix) {
        return prefix + names++;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    List<Variable> variables(Predicate<Variable> wanted) {
        List<Variable> found = new ArrayList<>();
        for (List<Variable> scope : scopes) {
            for (Variable variable : scope) {
                if ((!inLambda || variable.capturable()) && wanted.test(variable)) {
                    found.add(variable);
                }
            }
        }
        return found;
    }

    List<Variable> variables(String type) {
        return variables(variable -> variable.type().equals(type));
    }

    List<Variable> arrays() {
        return variables(variable -> variable.type().endsWith("[]"));
    }

    /** An expression of the type, or of one that converts to it without a cast where {@code type} is a number. */
    String expression(String type, int depth) {
        if (depth <= 0 || chance(12)) {
            return leaf(type);
        }
        return switch (type) {
            case "int[]", "double[]", "long[]", "byte[]" -> array(type, depth);
            case "boolean" -> condition(depth);
            case "int", "long" -> integral(type, depth);
            case "float", "double" -> floating(type, depth);
            case "byte", "short", "char" -> narrow(type, depth);
            case "String" -> string(depth);
            default -> type.endsWith("[]") ? leaf(type) : object(type, depth);
        };
    }

    /** An array by another name. */
    private String array(String type, int depth) {
        List<Variable> matrices = variables(type + "[]");
        return switch (random.nextInt(6)) {
            case 0 -> ternary(type, depth - 1);
            case 1 -> matrices.isEmpty() ? leaf(type) : elementOf(pick(matrices), 0, depth);
            case 2 -> leaf(type) + ".clone()";
            default -> leaf(type);
        };
    }

    private String leaf(String type) {
        List<Variable> variables = variables(type);
        if (!variables.isEmpty() && chance(80)) {
            return pick(variables).name();
        }
        return switch (type) {
            case "int" -> chance(40) ? "(" + random.nextInt(-20, 40) + ")" : "(" + pick(INTS) + ")";
            case "long" -> "(" + pick(LONGS) + ")";
            case "double" -> chance(50) ? "(" + random.nextInt(-50, 50) / 8.0 + ")" : "(" + pick(DOUBLES) + ")";
            case "float" -> "(" + pick(FLOATS) + ")";
            case "boolean" -> comparison();
            case "byte", "short", "char" -> "((" + type + ") " + random.nextInt(-300, 70000) + ")";
            case "String" -> pick(STRINGS);
            case "Pair" -> "new Pair(" + random.nextInt(9) + ", 1.5)";
            case "Cell" -> chance(50) ? "new Adder(3)" : "new Mixer(5)";
            case "Step" -> chance(50) ? "new Shift(" + random.nextInt(9) + ")" : "new Memory()";
            case "Color" -> "Color." + pick(List.of("RED", "GREEN", "BLUE"));
            case "Shape" -> "new Circle(2.0)";
            default -> newArray(type);
        };
    }

    private String comparison() {
        List<Variable> numbers = variables(variable -> NUMBERS.contains(variable.type()));
        if (numbers.isEmpty()) {
            return chance(50) ? "true" : "false";
        }
        return "(" + pick(numbers).name() + pick(List.of(" < ", " >= ", " != "))
                + pick(numbers).name() + ")";
    }

    String newArray(String type) {
        String component = type.substring(0, type.length() - 2);
        if (component.endsWith("[]")) {
            String inner = component.substring(0, component.length() - 2);
            return "new " + inner + "[" + random.nextInt(1, 4) + "][" + random.nextInt(1, 5) + "]";
        }
        if (chance(50) && !component.equals("String")) {
            List<String> elements = new ArrayList<>();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                elements.add(leaf(component));
            }
            return "new " + type + " {" + String.join(", ", elements) + "}";
        }
        return "new " + component + "[" + random.nextInt(0, 7) + "]";
    }

    String condition(int depth) {
        String number = pick(NUMBERS);
        int form = random.nextInt(9);
        return switch (objects || form != 5 && form != 6 ? form : 8) {
            case 0 -> "(" + expression("boolean", depth - 1) + " && " + expression("boolean", depth - 1) + ")";
            case 1 -> "(" + expression("boolean", depth - 1) + " || " + expression("boolean", depth - 1) + ")";
            case 2 -> "(!" + expression("boolean", depth - 1) + ")";
            case 3 ->
                "(" + expression("boolean", depth - 1) + pick(List.of(" ^ ", " & ", " | ", " == "))
                        + expression("boolean", depth - 1) + ")";
            case 4 -> element("boolean", depth);
            case 5 ->
                "((Shape) " + expression("Shape", depth - 1) + " instanceof " + pick(List.of("Circle", "Box", "Label"))
                        + ")";
            case 6 -> "(" + expression("String", depth - 1) + ".equals(" + leaf("String") + "))";
            default ->
                "(" + expression(number, depth - 1) + pick(List.of(" < ", " <= ", " > ", " >= ", " == ", " != "))
                        + expression(number, depth - 1) + ")";
        };
    }

    private String integral(String type, int depth) {
        boolean isInt = type.equals("int");
        String box = isInt ? "Integer" : "Long";
        String a = expression(type, depth - 1);
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3 -> "(" + a + pick(List.of(" + ", " - ", " * ")) + expression(type, depth - 1) + ")";
            case 4, 5 -> "(" + a + pick(List.of(" & ", " | ", " ^ ")) + expression(type, depth - 1) + ")";
            case 6, 7 ->
                "(" + a + pick(List.of(" << ", " >> ", " >>> ")) + expression(chance(70) ? "int" : "long", depth - 1)
                        + ")";
            case 8, 9 -> {
                String divisor = expression(type, depth - 1);
                yield "(" + a + pick(List.of(" / ", " % ")) + (chance(25) ? divisor : "(" + divisor + " | 1)") + ")";
            }
            case 10 -> "(" + pick(List.of("-", "~", "+")) + a + ")";
            case 11, 12 -> "((" + type + ") " + expression(pick(NUMBERS), depth - 1) + ")";
            case 13 -> ternary(type, depth);
            case 14, 15 -> element(type, depth);
            case 16 -> "Math." + pick(EXACT) + "(" + a + ", " + expression(type, depth - 1) + ")";
            case 17 ->
                box + "." + pick(List.of("bitCount", "numberOfLeadingZeros", "reverse", "hashCode", "highestOneBit"))
                        + "(" + a + ")";
            case 18 -> assignment(type, depth);
            case 19 -> call(type, depth);
            case 20 -> lambda(type, depth);
            case 21 -> objects ? member(type, depth) : element(type, depth);
            case 22 -> switchExpression(type, depth);
            case 23 -> "Math.abs(" + a + ")";
            case 24 -> box + ".compare(" + a + ", " + expression(type, depth - 1) + ")";
            default -> isInt ? intSpecial(depth) : objects ? "shared" : leaf(type);
        };
    }

    private String intSpecial(int depth) {
        List<Variable> arrays = arrays();
        String text = objects ? expression("String", depth - 1) : "";
        return switch (objects ? random.nextInt(7) : pick(List.of(0, 3, 4, 5, 6))) {
            case 0 -> arrays.isEmpty() ? leaf("int") : pick(arrays).name() + ".length";
            case 1 -> text + ".length()";
            case 2 -> text + ".hashCode()";
            case 3 -> "(int) Math.round(" + expression("float", depth - 1) + ")";
            case 4 -> "Long.hashCode(Double.doubleToLongBits(" + expression("double", depth - 1) + "))";
            case 5 -> "Integer.valueOf(" + expression("int", depth - 1) + ").intValue()";
            default -> stream(depth);
        };
    }

    private String stream(int depth) {
        if (weight > 20 || !chance(40)) {
            return leaf("int");
        }
        String parameter = name("p");
        String body =
                inLambda(List.of(new Variable(parameter, "int", false, true)), () -> expression("int", depth - 2));
        return "IntStream.range(0, " + random.nextInt(6) + ").map(" + parameter + " -> " + body + ").sum()";
    }

    private String floating(String type, int depth) {
        String a = expression(type, depth - 1);
        String b = expression(type, depth - 1);
        boolean wide = type.equals("double");
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> "(" + a + pick(List.of(" + ", " - ", " * ")) + b + ")";
            case 4, 5 -> "(" + a + pick(List.of(" / ", " % ")) + b + ")";
            case 6 -> "(-" + a + ")";
            case 7, 8 -> "((" + type + ") " + expression(pick(NUMBERS), depth - 1) + ")";
            case 9 -> ternary(type, depth);
            case 10, 11 -> element(type, depth);
            case 12, 13 -> (wide ? "" : "(float) ") + "Math." + pick(UNARY_MATH) + "(" + a + ")";
            case 14 -> (wide ? "" : "(float) ") + "Math." + pick(BINARY_MATH) + "(" + a + ", " + b + ")";
            case 15 -> assignment(type, depth);
            case 16 -> call(type, depth);
            case 17 ->
                wide ? lambda(type, depth) : "Float.intBitsToFloat(" + expression("int", depth - 1) + " & 0x7f7fffff)";
            case 18 ->
                wide
                        ? objects ? member(type, depth) : element(type, depth)
                        : "Math.fma(" + a + ", " + b + ", " + leaf("float") + ")";
            default ->
                wide
                        ? pick(List.of(
                                "StrictMath.sin(" + a + ")",
                                "Math.fma(" + a + ", " + b + ", " + leaf("double") + ")",
                                "Math.scalb(" + a + ", " + leaf("int") + ")",
                                "StrictMath.exp(" + a + ")",
                                "(double) Math.round(" + a + ")",
                                "(double) Math.getExponent(" + a + ")"))
                        : switchExpression(type, depth);
        };
    }

    private String narrow(String type, int depth) {
        return switch (random.nextInt(5)) {
            case 0 -> element(type, depth);
            case 1 -> call(type, depth);
            case 2 -> "(" + type + ") " + ternary(type, depth);
            default -> "((" + type + ") " + expression(pick(NUMBERS), depth - 1) + ")";
        };
    }

    private String string(int depth) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> {
                List<String> parts = new ArrayList<>(List.of(leaf("String")));
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    parts.add(expression(
                            pick(List.of(
                                    "int", "long", "double", "float", "char", "byte", "short", "boolean", "String",
                                    "Color", "Pair")),
                            depth - 1));
                }
                yield "(" + String.join(" + ", parts) + ")";
            }
            case 2 -> ternary("String", depth);
            case 3 ->
                "String.valueOf(" + expression(pick(List.of("int", "long", "double", "boolean", "char")), depth - 1)
                        + ")";
            default ->
                "new StringBuilder().append(" + expression("int", depth - 1) + ").append('x').append("
                        + expression("String", depth - 1) + ").toString()";
        };
    }

    private String object(String type, int depth) {
        return switch (type) {
            case "Pair" ->
                chance(50)
                        ? "new Pair(" + expression("int", depth - 1) + ", " + expression("double", depth - 1) + ")"
                        : expression("Pair", depth - 1) + ".moved(" + expression("int", depth - 1) + ")";
            case "Cell" ->
                "(" + expression("boolean", depth - 1) + " ? new Adder(" + expression("int", depth - 1)
                        + ") : new Mixer(" + expression("int", depth - 1) + "))";
            case "Step" -> step(depth);
            case "Color" ->
                chance(50)
                        ? expression("Color", depth - 1) + ".next()"
                        : "Color.values()[Math.floorMod(" + expression("int", depth - 1) + ", 3)]";
            default ->
                switch (random.nextInt(3)) {
                    case 0 -> "new Circle(" + expression("double", depth - 1) + ")";
                    case 1 -> "new Box(" + expression("int", depth - 1) + ", " + expression("long", depth - 1) + ")";
                    default ->
                        "new Label(" + expression("String", depth - 1) + ", " + expression("Shape", depth - 1) + ")";
                };
        };
    }

    private String step(int depth) {
        if (chance(30)) {
            String parameter = name("p");
            return "((Step) " + parameter + " -> "
                    + inLambda(List.of(new Variable(parameter, "int", false, true)), () -> expression("int", depth - 1))
                    + ")";
        }
        return chance(50)
                ? ternary("Step", depth)
                : "new Chain(" + expression("Step", depth - 1) + ", " + expression("Step", depth - 1) + ")";
    }

    private String ternary(String type, int depth) {
        return "(" + expression("boolean", depth - 1) + " ? " + expression(type, depth - 1) + " : "
                + expression(type, depth - 1) + ")";
    }

    /** An element of an array of the type, at an index that is mostly within bounds. */
    String element(String type, int depth) {
        List<Variable> arrays = variables(variable ->
                variable.type().equals(type + "[]") || variable.type().equals(type + "[][]"));
        return arrays.isEmpty() ? leaf(type) : elementOf(pick(arrays), depth);
    }

    String elementOf(Variable array, int depth) {
        return elementOf(array, 1, depth);
    }

    private String elementOf(Variable array, int levels, int depth) {
        String row = array.name() + "[" + index(array.name(), depth) + "]";
        return levels > 0 && array.type().endsWith("[][]") ? row + "[" + index(row, depth) + "]" : row;
    }

    private String index(String array, int depth) {
        String index = expression("int", Math.min(depth - 1, 1));
        return switch (random.nextInt(20)) {
            case 0 -> index;
            case 1, 2 -> "(" + index + " & 3)";
            default -> "Math.floorMod(" + index + ", " + array + ".length)";
        };
    }

    private String assignment(String type, int depth) {
        List<Variable> targets = variables(variable -> variable.type().equals(type) && variable.assignable());
        if (targets.isEmpty()) {
            return leaf(type);
        }
        String target = pick(targets).name();
        return switch (random.nextInt(4)) {
            case 0 -> target + "++";
            case 1 -> "(--" + target + ")";
            case 2 -> "(" + target + " = " + expression(type, depth - 1) + ")";
            default -> "(" + target + " += " + expression(type, depth - 1) + ")";
        };
    }

    /** A call of another method of the program that returns the type. */
    String call(String type, int depth) {
        List<Method> callable = helpers.stream()
                .filter(method -> method.returnType().equals(type))
                .toList();
        if (callable.isEmpty() || weight > 40) {
            return leaf(type);
        }
        return call(pick(callable), depth);
    }

    /** One array may be given twice. */
    private String call(Method method, int depth) {
        List<String> arguments = new ArrayList<>();
        String last = "";
        for (Variable parameter : method.parameters()) {
            boolean again = parameter.type().endsWith("[]") && parameter.type().equals(last) && chance(40);
            arguments.add(again ? arguments.getLast() : expression(parameter.type(), depth - 2));
            last = parameter.type();
        }
        return method.name() + "(" + String.join(", ", arguments) + ")";
    }

    private String lambda(String type, int depth) {
        if (!chance(40)) {
            return leaf(type);
        }
        String parameter = name("p");
        String body = inLambda(List.of(new Variable(parameter, type, false, true)), () -> expression(type, depth - 1));
        String argument = expression(type, depth - 1);
        String operator = Character.toUpperCase(type.charAt(0)) + type.substring(1);
        return "((" + operator + "UnaryOperator) " + parameter + " -> " + body + ").applyAs" + operator + "(" + argument
                + ")";
    }

    String inLambda(List<Variable> parameters, java.util.function.Supplier<String> body) {
        boolean outer = inLambda;
        inLambda = true;
        scopes.push(new ArrayList<>(parameters));
        String made = body.get();
        scopes.pop();
        inLambda = outer;
        return made;
    }

    private String member(String type, int depth) {
        return switch (type) {
            case "int" ->
                switch (random.nextInt(8)) {
                    case 5, 6, 7 ->
                        expression("Step", depth - 1) + (chance(70) ? ".apply(" : ".twice(")
                                + expression("int", depth - 1) + ")";
                    case 0 -> expression("Pair", depth - 1) + ".mix(" + expression("int", depth - 1) + ")";
                    case 1 -> expression("Pair", depth - 1) + ".a()";
                    case 2 -> expression("Color", depth - 1) + ".ordinal()";
                    case 3 -> expression("Pair", depth - 1) + ".hashCode()";
                    default -> expression("Cell", depth - 1) + ".step(" + expression("int", depth - 1) + ")";
                };
            case "long" ->
                expression("Cell", depth - 1) + (chance(50) ? ".total" : ".add(" + expression("long", depth - 1) + ")");
            default ->
                chance(50)
                        ? expression("Pair", depth - 1) + ".scale(" + expression("double", depth - 1) + ")"
                        : expression("Cell", depth - 1) + ".weight";
        };
    }

    private String switchExpression(String type, int depth) {
        String a = expression(type, depth - 1);
        String b = expression(type, depth - 1);
        String c = expression(type, depth - 1);
        String result = name("y");
        return switch (objects ? random.nextInt(4) : 0) {
            case 0 ->
                "(switch (" + expression("int", depth - 1) + " & 3) { case 0 -> " + a + "; case 1, 2 -> " + b
                        + "; default -> " + c + "; })";
            case 1 ->
                "(switch (" + expression("Color", depth - 1) + ") { case RED -> " + a + "; case GREEN -> " + b
                        + "; case BLUE -> " + c + "; })";
            case 2 ->
                "(switch (" + expression("String", depth - 1) + ") { case \"Aa\" -> " + a + "; case \"BB\", \"a\" -> "
                        + b + "; default -> { shared++; " + type + " " + result + " = " + c + "; yield " + result
                        + "; } })";
            default -> {
                String circle = name("s");
                String width = name("s");
                String height = name("s");
                yield "(switch ((Shape) " + expression("Shape", depth - 1) + ") { case Circle " + circle + " when "
                        + circle
                        + ".radius() > 1 -> " + a + "; case Box(int " + width + ", long " + height + ") when " + width
                        + " < "
                        + height + " -> " + b + "; case Circle _ -> " + leaf(type) + "; case Box _ -> " + leaf(type)
                        + "; case Label(String _, Shape _) -> " + c + "; })";
            }
        };
    }
}
