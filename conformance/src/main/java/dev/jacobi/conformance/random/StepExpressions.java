package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** Numbers and conditions in the programs of {@link StepGenerator}, and the variables that they are made of. */
final class StepExpressions {
    static final List<String> SCALARS = List.of("int", "int", "long", "double", "double", "float");
    private static final List<String> COMPARISONS = List.of("<", "<=", ">", ">=", "==", "!=");

    /** A number in which all that programs of ways do leaves a trace, and by which they choose their ways; and another one. */
    static final String MIXED = "mixed";

    static final String SUMMED = "summed";

    private final SplittableRandom random;
    private final boolean ofWays;
    /** The variables that are seen, the innermost first. */
    final Deque<List<Variable>> scopes = new ArrayDeque<>();

    /** @param ofWays whether numbers are plain, and conditions often depend on {@link #MIXED} */
    StepExpressions(SplittableRandom random, boolean ofWays) {
        this.random = random;
        this.ofWays = ofWays;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    List<Variable> variables(String type) {
        return scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().equals(type))
                .toList();
    }

    List<Variable> arrays(boolean own) {
        return scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().endsWith("[]") && (!own || variable.capturable()))
                .toList();
    }

    /** An index that is inside the array if this is not empty, mostly. */
    String index(Variable array) {
        List<Variable> counters = scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.name().startsWith("i"))
                .toList();
        if (chance(10)) {
            return number("int", 1);
        }
        String number = !counters.isEmpty() && chance(60) ? pick(counters).name() : number("int", 1);
        return chance(30)
                ? "Math.floorMod(" + number + ", " + array.name() + ".length)"
                : "(" + number + " & 0x7fff) % " + array.name() + ".length";
    }

    static String component(Variable array) {
        return array.type().substring(0, array.type().length() - 2);
    }

    static String wide(String type) {
        return switch (type) {
            case "byte", "short", "char" -> "int";
            default -> type;
        };
    }

    String condition(int depth) {
        if (ofWays && chance(60)) {
            String number = chance(60) ? MIXED : "(" + MIXED + " ^ " + number("int", 1) + ")";
            return "((" + number + " >> " + random.nextInt(6) + " & 3) " + pick(COMPARISONS) + " " + random.nextInt(4)
                    + ")";
        }
        if (depth > 0 && chance(30)) {
            return "(" + condition(depth - 1) + pick(List.of(" && ", " || ")) + condition(depth - 1) + ")";
        }
        List<Variable> booleans = variables("boolean");
        if (!booleans.isEmpty() && chance(15)) {
            return (chance(50) ? "!" : "") + pick(booleans).name();
        }
        String type = pick(SCALARS);
        return "(" + number(type, depth) + " " + pick(COMPARISONS) + " " + number(type, depth) + ")";
    }

    String number(String type, int depth) {
        if (depth == 0 || chance(ofWays ? 70 : 25)) {
            return leaf(type);
        }
        return switch (random.nextInt(12)) {
            case 0, 1, 2 ->
                "(" + number(type, depth - 1) + pick(List.of(" + ", " - ", " * ")) + number(type, depth - 1) + ")";
            case 3 -> quotient(type, depth);
            case 4 -> element(type, depth);
            case 5 -> element(type, depth);
            case 6 ->
                "(" + condition(depth - 1) + " ? " + number(type, depth - 1) + " : " + number(type, depth - 1) + ")";
            case 7 -> "(" + type + ") " + number(pick(SCALARS), depth - 1);
            case 8 -> "Math." + pick(List.of("min", "max")) + "(" + number(type, depth - 1) + ", " + leaf(type) + ")";
            case 9 -> "Math.abs(" + number(type, depth - 1) + ")";
            case 10 ->
                type.equals("double")
                        ? "Math." + pick(List.of("sqrt", "exp", "sin", "floor")) + "(" + number(type, depth - 1) + ")"
                        : leaf(type);
            default ->
                type.equals("int") || type.equals("long")
                        ? "(" + number(type, depth - 1) + pick(List.of(" & ", " ^ ", " >> ", " >>> ", " << "))
                                + leaf(type) + ")"
                        : leaf(type);
        };
    }

    private String quotient(String type, int depth) {
        String operator = pick(List.of(" / ", " / ", " % "));
        if (type.equals("double") || type.equals("float")) {
            return "(" + number(type, depth - 1) + operator + number(type, depth - 1) + ")";
        }
        String divisor = number(type, depth - 1);
        List<Variable> known = variables(type);
        if (!known.isEmpty() && chance(50)) {
            String name = pick(known).name();
            return "(" + name + " != 0 ? " + number(type, depth - 1) + operator + name + " : " + leaf(type) + ")";
        }
        return "(" + number(type, depth - 1) + operator + (chance(15) ? divisor : "(" + divisor + " | 1)") + ")";
    }

    private String element(String type, int depth) {
        List<Variable> arrays = arrays(false).stream()
                .filter(array -> wide(component(array)).equals(type))
                .toList();
        if (arrays.isEmpty()) {
            return leaf(type);
        }
        Variable array = pick(arrays);
        String length = array.name() + ".length";
        List<Variable> ints = variables("int");
        if (!ints.isEmpty() && chance(40)) {
            String name = pick(ints).name();
            return "(" + name + " >= 0 && " + name + " < " + length + " ? " + array.name() + "[" + name + "] : "
                    + number(type, depth - 1) + ")";
        }
        return "(" + length + " > 0 ? " + array.name() + "[" + index(array) + "] : " + leaf(type) + ")";
    }

    String leaf(String type) {
        List<Variable> known = new ArrayList<>(variables(type));
        if (type.equals("int")) {
            List.of("byte", "short", "char").forEach(narrow -> known.addAll(variables(narrow)));
        }
        if (!known.isEmpty() && chance(80)) {
            return pick(known).name();
        }
        return switch (type) {
            case "int" -> "" + pick(List.of("0", "1", "2", "3", "5", "-1", "7", "31", "1000", "Integer.MIN_VALUE"));
            case "long" -> pick(List.of("0L", "1L", "-1L", "33L", "1000003L", "Long.MIN_VALUE"));
            case "float" -> pick(List.of("0f", "1f", "0.1f", "-3.5f", "2.75f", "Float.NaN"));
            default -> pick(List.of("0.0", "-0.0", "1.0", "0.5", "-2.25", "3.7", "1e10", "Double.NaN"));
        };
    }
}
