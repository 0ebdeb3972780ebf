package dev.jacobi.llvm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes functions of the IR over numbers and arrays, as text, and arguments for them, from a seed. They come to an end: loops have constant bounds and are
 * not nested deep. They may throw what arithmetic and arrays throw.
 */
final class RandomFunction {
    private static final String[] NUMBERS = {"int", "long", "float", "double"};
    private static final String[] ELEMENTS = {"int", "long", "float", "double", "byte", "short", "char", "boolean"};
    private static final String[] ONE_DOUBLE = {
        "sqrt", "abs", "floor", "ceil", "rint", "signum", "toRadians", "toDegrees", "nextUp", "nextDown"
    };
    private static final String[] STRICT = {
        "sin", "cos", "tan", "exp", "log", "atan", "tanh", "cbrt", "expm1", "log1p", "sinh", "asin", "log10"
    };
    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        1e-320,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e10,
        -3e18,
        2251799813685247.5,
        2147483647.5,
        Math.PI,
        1e300
    };
    private static final long[] SPECIAL_INTEGERS = {
        0, 1, -1, 2, 31, 32, 33, 63, 64, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private record Variable(String name, String type) {}

    private final SplittableRandom random;
    private final boolean transcendental;
    private final StringBuilder out = new StringBuilder();
    private final List<Variable> parameters = new ArrayList<>();
    private List<Variable> scope = new ArrayList<>();
    private int values;
    private int blocks = 1;
    private int budget = 40;

    private RandomFunction(long seed, boolean transcendental) {
        random = new SplittableRandom(seed);
        this.transcendental = transcendental;
    }

    /** @param transcendental whether functions of {@code StrictMath} are among the operations, which take long to compile */
    static String text(long seed, boolean transcendental) {
        return new RandomFunction(seed, transcendental).write();
    }

    private String write() {
        int count = random.nextInt(2, 6);
        for (int i = 0; i < count; i++) {
            String type = random.nextInt(3) == 0 ? pick(NUMBERS) : pick(ELEMENTS) + "[]";
            parameters.add(fresh(type));
        }
        for (String type : new String[] {"int", "double"}) {
            parameters.add(fresh(type));
        }
        scope.addAll(parameters);
        out.append("b0:\n");
        statements(random.nextInt(3, 9), 0);
        String result = pick(new String[] {"int", "long", "float", "double", "double[]", "int[]"});
        line("return " + (result.endsWith("[]") ? array(result) : number(result)));
        StringBuilder head = new StringBuilder("function random(");
        for (Variable parameter : parameters) {
            head.append(head.charAt(head.length() - 1) == '(' ? "" : ", ");
            head.append(parameter.name()).append(": ").append(parameter.type());
        }
        return head.append("): ")
                .append(result)
                .append(" {\n")
                .append(out)
                .append("}\n")
                .toString();
    }

    private Variable fresh(String type) {
        return new Variable("%" + values++, type);
    }

    private void line(String line) {
        out.append("  ").append(line).append('\n');
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    /** Defines a value, for what follows in this scope. */
    private String define(String type, String operation) {
        Variable variable = fresh(type);
        line(variable.name() + ": " + type + " = " + operation);
        scope.add(variable);
        return variable.name();
    }

    private void statements(int count, int depth) {
        for (int i = 0; i < count && budget-- > 0; i++) {
            switch (random.nextInt(depth < 3 ? 12 : 7)) {
                case 0, 1, 2 -> store();
                case 3, 4 -> number(pick(NUMBERS), 3);
                case 5 -> array(pick(ELEMENTS) + "[]");
                case 6 -> copy();
                case 7, 8 -> branch(depth);
                case 9 -> choice(depth);
                default -> loop(depth);
            }
        }
    }

    private void store() {
        String type = pick(ELEMENTS);
        String array = array(type + "[]");
        line("array_store " + type + " " + array + ", " + index(array) + ", " + number(stacked(type)));
    }

    /** Now and then from one array to another. */
    private void copy() {
        String type = pick(ELEMENTS) + "[]";
        String from = array(type);
        String to = array(type);
        line("invoke_static java.lang.System.arraycopy(java.lang.Object, int, java.lang.Object, int, int): void " + from
                + ", " + index(from) + ", " + to + ", " + index(to) + ", " + constant("int", 1));
    }

    private void branch(int depth) {
        String condition = comparison();
        int then = blocks++;
        int otherwise = blocks++;
        int join = blocks++;
        String type = pick(NUMBERS);
        line("branch " + condition + ", b" + then + ", b" + otherwise);
        List<Variable> outer = scope;
        for (int block : new int[] {then, otherwise}) {
            scope = new ArrayList<>(outer);
            out.append('b').append(block).append(":\n");
            statements(random.nextInt(0, 3), depth + 1);
            line("jump b" + join + "(" + number(type) + ")");
        }
        scope = outer;
        Variable joined = fresh(type);
        out.append("b" + join + "(" + joined.name() + ": " + type + "):\n");
        scope.add(joined);
    }

    private void choice(int depth) {
        String selector = number("int");
        int join = blocks++;
        String type = pick(NUMBERS);
        String shared = number(type);
        int special = blocks++;
        line("switch " + selector + ", -3: b" + join + "(" + shared + "), 2: b" + special + ", 5: b" + join + "("
                + number(type) + "), default: b" + join + "(" + shared + ")");
        List<Variable> outer = scope;
        scope = new ArrayList<>(outer);
        out.append('b').append(special).append(":\n");
        statements(1, depth + 1);
        line("jump b" + join + "(" + number(type) + ")");
        scope = outer;
        Variable joined = fresh(type);
        out.append("b" + join + "(" + joined.name() + ": " + type + "):\n");
        scope.add(joined);
    }

    private void loop(int depth) {
        int head = blocks++;
        int body = blocks++;
        int exit = blocks++;
        String type = pick(NUMBERS);
        String arrayType = pick(ELEMENTS) + "[]";
        String start = constant("int", 0);
        String bound = constant("int", random.nextInt(1, 7));
        line("jump b" + head + "(" + start + ", " + number(type) + ", " + array(arrayType) + ")");
        Variable counter = fresh("int");
        Variable carried = fresh(type);
        Variable array = fresh(arrayType);
        out.append("b" + head + "(" + counter.name() + ": int, " + carried.name() + ": " + type + ", " + array.name()
                + ": " + arrayType + "):\n");
        scope.addAll(List.of(counter, carried, array));
        String more = define("int", "lt " + counter.name() + ", " + bound);
        line("branch " + more + ", b" + body + ", b" + exit);
        List<Variable> outer = scope;
        scope = new ArrayList<>(outer);
        out.append('b').append(body).append(":\n");
        statements(random.nextInt(1, 4), depth + 1);
        String next = define("int", "add " + counter.name() + ", " + constant("int", 1));
        line("jump b" + head + "(" + next + ", " + number(type) + ", " + array(arrayType) + ")");
        scope = outer;
        out.append('b').append(exit).append(":\n");
    }

    /** The type on the operand stack. */
    private static String stacked(String type) {
        return switch (type) {
            case "long", "float", "double" -> type;
            default -> "int";
        };
    }

    private String comparison() {
        String type = pick(NUMBERS);
        return define(
                "int",
                pick(new String[] {"eq", "ne", "lt", "le", "gt", "ge"}) + " " + number(type) + ", " + number(type));
    }

    private List<Variable> ofType(String type) {
        return scope.stream().filter(variable -> variable.type().equals(type)).toList();
    }

    private String array(String type) {
        List<Variable> known = ofType(type);
        if (!known.isEmpty() && random.nextInt(5) != 0) {
            String chosen = known.get(random.nextInt(known.size())).name();
            return switch (random.nextInt(12)) {
                case 0 ->
                    define(
                            type,
                            "select " + number("int") + ", " + chosen + ", "
                                    + known.getFirst().name());
                case 1 -> {
                    String clone = fresh("java.lang.Object").name();
                    line(clone + " = invoke_virtual " + type + ".clone(): java.lang.Object " + chosen);
                    yield define(type, "check_cast " + type + " " + clone);
                }
                default -> chosen;
            };
        }
        String length = random.nextInt(10) == 0 ? number("int", 1) : constant("int", random.nextInt(0, 9));
        if (!length.isEmpty() && random.nextInt(3) == 0) {
            // Not a constant, and not large.
            length = define("int", "and " + length + ", " + constant("int", 15));
        }
        return define(type, "new_array " + type.substring(0, type.length() - 2) + " " + length);
    }

    /** Mostly in bounds of the arrays that there are. */
    private String index(String array) {
        return switch (random.nextInt(8)) {
            case 0 -> number("int");
            case 1, 2 -> constant("int", random.nextInt(0, 4));
            case 3 -> {
                String length = define("int", "array_length " + array);
                yield define("int", "sub " + length + ", " + constant("int", 1));
            }
            default -> define("int", "and " + number("int") + ", " + constant("int", 3));
        };
    }

    private String number(String type) {
        return number(type, 2);
    }

    private String number(String type, int depth) {
        List<Variable> known = ofType(type);
        if (depth == 0 || random.nextInt(4) == 0) {
            return known.isEmpty() || random.nextInt(4) == 0
                    ? literal(type)
                    : known.get(random.nextInt(known.size())).name();
        }
        boolean floating = type.equals("float") || type.equals("double");
        return switch (random.nextInt(14)) {
            case 0 -> define(type, "neg " + number(type, depth - 1));
            case 1 ->
                define(
                        type,
                        pick(new String[] {"div", "rem"}) + " " + number(type, depth - 1) + ", "
                                + number(type, depth - 1));
            case 2 ->
                floating
                        ? define(
                                type,
                                "math fma " + number(type, depth - 1) + ", " + number(type, depth - 1) + ", "
                                        + number(type, depth - 1))
                        : define(
                                type,
                                pick(new String[] {"shl", "shr", "ushr"}) + " " + number(type, depth - 1) + ", "
                                        + number("int", depth - 1));
            case 3 ->
                floating
                        ? define(type, "math copySign " + number(type, depth - 1) + ", " + literal(type))
                        : define(
                                type,
                                pick(new String[] {"and", "or", "xor"}) + " " + number(type, depth - 1) + ", "
                                        + number(type, depth - 1));
            case 4, 5 -> converted(type, depth);
            case 6 -> {
                String element = element(type);
                String array = array(element + "[]");
                yield define(type, "array_load " + element + " " + array + ", " + index(array));
            }
            case 7 ->
                define(
                        type,
                        "select " + number("int", depth - 1) + ", " + number(type, depth - 1) + ", "
                                + number(type, depth - 1));
            case 8 ->
                define(
                        type,
                        "math " + pick(new String[] {"min", "max"}) + " " + number(type, depth - 1) + ", "
                                + number(type, depth - 1));
            case 9 -> function(type, depth);
            default ->
                define(
                        type,
                        pick(new String[] {"add", "sub", "mul"}) + " " + number(type, depth - 1) + ", "
                                + number(type, depth - 1));
        };
    }

    private String element(String type) {
        return type.equals("int") ? pick(new String[] {"int", "byte", "short", "char", "boolean"}) : type;
    }

    private String converted(String type, int depth) {
        if (type.equals("int") && random.nextInt(3) == 0) {
            return define(
                    "int", "convert " + pick(new String[] {"byte", "short", "char"}) + " " + number("int", depth - 1));
        }
        return define(type, "convert " + type + " " + number(pick(NUMBERS), depth - 1));
    }

    private String function(String type, int depth) {
        String operand = number(type, depth - 1);
        return switch (type) {
            case "int" ->
                switch (random.nextInt(5)) {
                    case 0 -> define("int", "cmp " + number("long", depth - 1) + ", " + number("long", depth - 1));
                    case 1 ->
                        define(
                                "int",
                                pick(new String[] {"cmpl", "cmpg"}) + " " + number("double", depth - 1) + ", "
                                        + number("double", depth - 1));
                    case 2 -> define("int", "math getExponent " + number("double", depth - 1));
                    case 3 -> define("int", "math round " + number("float", depth - 1));
                    default -> define("int", "math abs " + operand);
                };
            case "long" ->
                switch (random.nextInt(3)) {
                    case 0 -> define("long", "math round " + number("double", depth - 1));
                    case 1 -> define("long", "math canonicalBits " + number("double", depth - 1));
                    default -> define("long", "math abs " + operand);
                };
            case "float" ->
                define("float", "math " + pick(new String[] {"abs", "signum", "nextUp", "nextDown"}) + " " + operand);
            default ->
                transcendental && random.nextInt(2) == 0
                        ? define("double", "math strict." + pick(STRICT) + " " + operand)
                        : define("double", "math " + pick(ONE_DOUBLE) + " " + operand);
        };
    }

    private String constant(String type, int value) {
        return define(type, "constant " + value);
    }

    private String literal(String type) {
        return define(
                type,
                "constant "
                        + switch (type) {
                            case "int" -> Integer.toString((int) integer(random));
                            case "long" -> integer(random) + "L";
                            case "float" -> Float.toString((float) number(random)) + "f";
                            default -> Double.toString(number(random));
                        });
    }

    // ---- arguments ----

    static @Nullable Object[] arguments(Class<?>[] types, SplittableRandom random) {
        @Nullable Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i], random);
            if (i > 0 && types[i].isArray() && types[i] == types[i - 1] && random.nextInt(3) == 0) {
                arguments[i] = arguments[i - 1];
            }
        }
        return arguments;
    }

    private static @Nullable Object argument(Class<?> type, SplittableRandom random) {
        if (type.isArray()) {
            if (random.nextInt(40) == 0) {
                return null;
            }
            int length = random.nextInt(12) == 0 ? random.nextInt(0, 4) : random.nextInt(4, 40);
            Object array = java.lang.reflect.Array.newInstance(type.getComponentType(), length);
            for (int i = 0; i < length; i++) {
                java.lang.reflect.Array.set(array, i, argument(type.getComponentType(), random));
            }
            return array;
        }
        return switch (type.getName()) {
            case "int" -> (int) integer(random);
            case "long" -> integer(random);
            case "float" -> (float) number(random);
            case "double" -> number(random);
            case "byte" -> (byte) integer(random);
            case "short" -> (short) integer(random);
            case "char" -> (char) integer(random);
            case "boolean" -> random.nextBoolean();
            default -> throw new IllegalArgumentException(type.getName());
        };
    }

    private static long integer(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> SPECIAL_INTEGERS[random.nextInt(SPECIAL_INTEGERS.length)];
            default -> random.nextInt(-10, 30);
        };
    }

    private static double number(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> random.nextInt(-10, 30);
            case 2 -> Double.longBitsToDouble(random.nextLong());
            default -> random.nextDouble(-4, 4);
        };
    }
}
