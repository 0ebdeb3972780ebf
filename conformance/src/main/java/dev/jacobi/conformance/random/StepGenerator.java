package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes programs that several examples can go through in step: over numbers and arrays of them, with loops and branches of all kinds, arrays of their own, divisions and accesses that are
 * mostly guarded, and now and then an exception. Every loop comes to an end soon. Half of the programs give a floating-point number that depends on another one in loops, whose number of
 * rounds may do so too, so that their gradients need tapes.
 *
 * <p>Of programs of ways there is more control flow and less to compute: loops in loops and branches, left and gone on with from all places.
 */
final class StepGenerator {
    private static final List<String> SCALARS = List.of("int", "int", "long", "double", "double", "float");
    private static final List<String> PARAMETERS = List.of(
            "int",
            "int",
            "long",
            "double",
            "double",
            "float",
            "boolean",
            "byte",
            "short",
            "char",
            "double[]",
            "double[]",
            "int[]",
            "long[]",
            "float[]",
            "byte[]",
            "char[]",
            "boolean[]");
    private static final List<String> RESULTS = List.of(
            "int", "long", "double", "double", "float", "boolean", "byte", "short", "char", "double[]", "int[]");
    /** Of programs that have a derivative. */
    private static final List<String> ACTIVE_RESULTS = List.of("double", "double", "double", "float", "double[]");

    private static final List<String> COMPARISONS = List.of("<", "<=", ">", ">=", "==", "!=");
    private static final int DEPTH = 3;
    private static final int DEPTH_OF_WAYS = 5;
    private static final int MOST_WEIGHT_OF_WAYS = 60;

    /** A number in which all that programs of ways do leaves a trace, and by which they choose their ways; and another one. */
    private static final String MIXED = "mixed";

    private static final String SUMMED = "summed";

    private final SplittableRandom random;
    private final Deque<List<Variable>> scopes = new ArrayDeque<>();
    /** The labels of the loops round the statement that is made. */
    private final Deque<String> loops = new ArrayDeque<>();

    private final String result;
    private final boolean active;
    private final boolean ofWays;
    private int names;
    private int budget;
    /** How often the statement that is made is done at most, roughly. */
    private int weight = 1;

    private StepGenerator(long seed, boolean ofWays) {
        random = new SplittableRandom(seed);
        this.ofWays = ofWays;
        active = random.nextBoolean();
        result = pick(active ? ACTIVE_RESULTS : RESULTS);
        budget = ofWays ? random.nextInt(6, 18) : random.nextInt(4, 26);
    }

    static Program generate(long seed) {
        return new StepGenerator(seed, false).program(seed);
    }

    static Program ofWays(long seed) {
        return new StepGenerator(seed, true).program(seed);
    }

    private Program program(long seed) {
        List<Variable> parameters = new ArrayList<>();
        for (int i = random.nextInt(2, 6); i > 0; i--) {
            parameters.add(new Variable(name("p"), pick(PARAMETERS), chance(70), false));
        }
        if (active) {
            parameters.add(new Variable(name("p"), "double", true, false));
        }
        scopes.push(new ArrayList<>(parameters));
        Node.Body body = new Node.Body();
        if (ofWays) {
            parameters.add(new Variable("p", "int", false, false));
            body.add("int " + MIXED + " = p;");
            body.add("double " + SUMMED + " = 0.125 * p;");
        }
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            declare(body);
        }
        if (active) {
            rounds(body);
        }
        while (budget > 0) {
            statement(body, 0);
        }
        body.add("return " + result(result) + ";");
        String className = Program.PACKAGE + ".P" + Long.toHexString(seed);
        return new Program(seed, className, List.of(new Method("run", result, parameters, body)));
    }

    private String name(String prefix) {
        return prefix + names++;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private List<Variable> variables(String type) {
        return scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().equals(type))
                .toList();
    }

    private List<Variable> arrays(boolean own) {
        return scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().endsWith("[]") && (!own || variable.capturable()))
                .toList();
    }

    private void add(String name, String type, boolean assignable, boolean own) {
        scopes.element().add(new Variable(name, type, assignable, own));
    }

    private void declare(Node.Body body) {
        List<Variable> arrays = arrays(false);
        if (chance(25)) {
            String component = pick(List.of("double", "int", "long", "float", "byte"));
            String length = arrays.isEmpty() || chance(60)
                    ? "" + random.nextInt(1, 6)
                    : pick(arrays).name() + ".length";
            String name = name("a");
            body.add(component + "[] " + name + " = new " + component + "[" + length + "];");
            add(name, component + "[]", false, true);
            return;
        }
        String type = pick(SCALARS);
        String name = name("v");
        body.add(type + " " + name + " = " + number(type, 2) + ";");
        add(name, type, true, false);
    }

    private Node.Body inside(int depth) {
        Node.Body body = new Node.Body();
        scopes.push(new ArrayList<>());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            statement(body, depth + 1);
        }
        scopes.pop();
        return body;
    }

    private void statement(Node.Body body, int depth) {
        budget--;
        if (active && chance(20)) {
            bend(body);
            return;
        }
        if (ofWays) {
            way(body, depth);
            return;
        }
        int kind = random.nextInt(depth >= DEPTH || budget < 0 ? 9 : 20);
        switch (kind) {
            case 0, 1, 2, 3, 4 -> assign(body);
            case 5, 6 -> store(body);
            case 7 -> declare(body);
            case 8 -> jump(body, depth);
            case 9, 10, 11 -> body.add("if (" + condition(2) + ") ", inside(depth));
            case 12, 13 -> body.add("if (" + condition(2) + ") ", inside(depth), " else ", inside(depth));
            case 14 -> choice(body, depth);
            case 15, 16, 17 -> counted(body, depth);
            default -> loop(body, depth);
        }
    }

    private void way(Node.Body body, int depth) {
        int kind = random.nextInt(depth >= DEPTH_OF_WAYS || budget < 0 ? 6 : 18);
        switch (kind) {
            case 0 -> assign(body);
            case 1 -> body.add(MIXED + " = " + MIXED + " * 31 + " + number("int", 1) + ";");
            case 2 -> body.add(SUMMED + " = 0.5 * " + SUMMED + " + " + number(pick(SCALARS), 1) + ";");
            case 3 -> store(body);
            case 4, 5 -> jump(body, depth);
            case 6, 7, 8 -> body.add("if (" + condition(1) + ") ", ending(inside(depth)));
            case 9, 10 -> body.add("if (" + condition(1) + ") ", inside(depth), " else ", inside(depth));
            case 11 -> choice(body, depth);
            case 12, 13 -> counted(body, depth);
            case 14, 15 -> endless(body, depth);
            case 16 -> loop(body, depth);
            default -> steppingAhead(body, depth);
        }
    }

    /** A body that now and then ends by going elsewhere. */
    private Node.Body ending(Node.Body body) {
        if (chance(50) && !loops.isEmpty()) {
            String label = chance(60) ? loops.element() : pick(List.copyOf(loops));
            body.add(pick(List.of("break ", "continue ", "continue ")) + label + ";");
        } else if (chance(15)) {
            body.add("return " + result(result) + ";");
        }
        return body;
    }

    /** A loop that is left from within alone. */
    private void endless(Node.Body body, int depth) {
        if (weight > MOST_WEIGHT_OF_WAYS) {
            assign(body);
            return;
        }
        String counter = name("i");
        String label = name("loop");
        scopes.push(new ArrayList<>());
        add(counter, "int", false, false);
        Node.Body inside = rounds(label, depth);
        scopes.pop();
        String bound = chance(50) ? "" + random.nextInt(1, 7) : "(" + number("int", 1) + " & 7)";
        // In one piece with the loop, which would not end without it.
        String leave = "{ if (" + counter + " >= " + bound + ") break " + label + "; ";
        body.add(label + ": for (int " + counter + " = 0; ; " + counter + "++) " + leave, inside, " }");
    }

    /** A loop whose counters have the values of the next round before the round is done, which still uses those of its own. */
    private void steppingAhead(Node.Body body, int depth) {
        if (weight > MOST_WEIGHT_OF_WAYS) {
            assign(body);
            return;
        }
        String next = name("f");
        String label = name("loop");
        body.add("int " + next + " = 0;");
        String own = name("i");
        scopes.push(new ArrayList<>());
        add(own, "int", false, false);
        String step = "int " + own + " = " + next + "++; ";
        if (chance(50)) {
            String other = name("f");
            String before = name("i");
            body.add("int " + other + " = 3;");
            add(before, "int", false, false);
            step = "int " + own + " = " + next + ", " + before + " = " + other + "; " + next + " = " + other + "; "
                    + other + " = " + own + " + 1; ";
        }
        Node.Body inside = rounds(label, depth);
        scopes.pop();
        body.add(label + ": while (" + next + " < 5 && " + condition(1) + ") { " + step, inside, " }");
    }

    /** Gives a number another value from which the one before cannot be found. */
    private void bend(Node.Body body) {
        List<Variable> targets =
                variables("double").stream().filter(Variable::assignable).toList();
        if (targets.isEmpty()) {
            declare(body);
            return;
        }
        String name = pick(targets).name();
        String other = number("double", 1);
        body.add(name + " = "
                + switch (random.nextInt(4)) {
                    case 0 -> "Math.sin(" + name + ") * " + other;
                    case 1 -> name + " * " + name + " * 0.25 - " + other;
                    case 2 -> "Math.cos(" + other + ") + 0.5 * " + name;
                    default -> name + " / (1 + " + name + " * " + name + ")";
                }
                + ";");
    }

    /** A loop whose number of rounds depends on what it computes. */
    private void rounds(Node.Body body) {
        String number = name("v");
        String fuel = name("f");
        String label = name("loop");
        body.add("double " + number + " = " + number("double", 1) + ";");
        body.add("int " + fuel + " = 0;");
        add(number, "double", true, false);
        add(fuel, "int", false, false);
        Node.Body inside = rounds(label, 0);
        inside.nodes.addFirst(new Node(number + " = 0.3 + Math.sin(" + number + ") * " + leaf("double") + ";"));
        String condition = chance(50) ? number + " < 0.6" : condition(1);
        body.add(label + ": while (" + fuel + "++ < 8 && " + condition + ") ", inside);
    }

    private void assign(Node.Body body) {
        List<Variable> targets = scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.assignable() && SCALARS.contains(variable.type()))
                .toList();
        if (targets.isEmpty()) {
            declare(body);
            return;
        }
        Variable target = pick(targets);
        String operator = chance(40) ? pick(List.of("+=", "-=", "*=")) : "=";
        body.add(target.name() + " " + operator + " " + number(target.type(), 3) + ";");
    }

    private void store(Node.Body body) {
        List<Variable> arrays = arrays(!chance(8));
        if (arrays.isEmpty()) {
            assign(body);
            return;
        }
        Variable array = pick(arrays);
        String component = component(array);
        if (component.equals("boolean")) {
            body.add(guard(array) + array.name() + "[" + index(array) + "] = " + condition(1) + ";");
            return;
        }
        body.add(guard(array) + array.name() + "[" + index(array) + "] = (" + component + ") "
                + number(wide(component), 2) + ";");
    }

    private String guard(Variable array) {
        return "if (" + array.name() + ".length > 0) ";
    }

    /** An index that is inside the array if this is not empty, mostly. */
    private String index(Variable array) {
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

    private void jump(Node.Body body, int depth) {
        int kind = random.nextInt(10);
        if (kind < (ofWays ? 7 : 4) && !loops.isEmpty()) {
            String label = chance(60) ? loops.element() : pick(List.copyOf(loops));
            body.add("if (" + condition(2) + ") " + pick(List.of("break ", "continue ")) + label + ";");
        } else if (kind < 7 && depth > 0) {
            body.add("if (" + condition(2) + ") return " + result(result) + ";");
        } else if (kind == 9) {
            body.add("if (" + number("int", 1) + " == " + random.nextInt(3, 1000)
                    + ") throw new IllegalStateException();");
        } else {
            assign(body);
        }
    }

    private void choice(Node.Body body, int depth) {
        List<Object> parts = new ArrayList<>();
        parts.add("switch (" + number("int", 1) + " & 3) { case 0: ");
        parts.add(inside(depth));
        parts.add(chance(60) ? " break; case 1: case 2: " : " case 1: ");
        parts.add(inside(depth));
        parts.add(chance(50) ? " break; default: " : " default: ");
        parts.add(inside(depth));
        parts.add(" }");
        body.add(parts.toArray());
    }

    /** A loop whose number of rounds is a constant, a length, or depends on the example. */
    private void counted(Node.Body body, int depth) {
        if (weight > (ofWays ? MOST_WEIGHT_OF_WAYS : 200)) {
            assign(body);
            return;
        }
        List<Variable> arrays = arrays(false);
        String bound = switch (random.nextInt(4)) {
            case 0 -> "" + random.nextInt(1, 7);
            case 1 -> arrays.isEmpty() ? "4" : pick(arrays).name() + ".length";
            default -> "(" + number("int", 1) + " & 7)";
        };
        String counter = name("i");
        String label = name("loop");
        scopes.push(new ArrayList<>());
        add(counter, "int", false, false);
        Node.Body inside = rounds(label, depth);
        scopes.pop();
        body.add(
                label + ": for (int " + counter + " = 0; " + counter + " < " + bound + "; " + counter + "++) ", inside);
    }

    private Node.Body rounds(String label, int depth) {
        loops.push(label);
        weight *= 8;
        Node.Body inside = inside(depth);
        weight /= 8;
        loops.pop();
        return inside;
    }

    /** A loop that ends by a condition, or after some rounds. */
    private void loop(Node.Body body, int depth) {
        if (weight > (ofWays ? MOST_WEIGHT_OF_WAYS : 200)) {
            assign(body);
            return;
        }
        String fuel = name("f");
        String label = name("loop");
        body.add("int " + fuel + " = " + (chance(50) ? "0" : number("int", 1) + " & 3") + ";");
        add(fuel, "int", false, false);
        boolean first = chance(60);
        Node.Body inside = rounds(label, depth);
        String condition = "(" + fuel + "++ < 9 && " + condition(2) + ")";
        if (first) {
            body.add(label + ": while " + condition + " ", inside);
        } else {
            body.add(label + ": do ", inside, " while " + condition + ";");
        }
    }

    private String result(String type) {
        return switch (type) {
            case "boolean" -> condition(2);
            case "byte", "short", "char" -> "(" + type + ") " + number("int", 2);
            case "double[]", "int[]" -> array(type);
            default ->
                ofWays ? "(" + type + ") (" + SUMMED + " + " + MIXED + " + " + number(type, 2) + ")" : number(type, 3);
        };
    }

    /** An array that is new, mostly. */
    private String array(String type) {
        List<Variable> known = scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().equals(type) && (variable.capturable() || chance(10)))
                .toList();
        if (!known.isEmpty() && chance(60)) {
            return pick(known).name();
        }
        String component = type.substring(0, type.length() - 2);
        String first = ofWays ? "(" + component + ") (" + SUMMED + " + " + MIXED + ")" : number(component, 2);
        return "new " + type + " {" + first + ", " + number(component, 2) + "}";
    }

    private static String component(Variable array) {
        return array.type().substring(0, array.type().length() - 2);
    }

    private static String wide(String type) {
        return switch (type) {
            case "byte", "short", "char" -> "int";
            default -> type;
        };
    }

    private String condition(int depth) {
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

    private String number(String type, int depth) {
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

    private String leaf(String type) {
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
