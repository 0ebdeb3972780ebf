package dev.jacobi.conformance.random;

import static dev.jacobi.conformance.random.StepExpressions.MIXED;
import static dev.jacobi.conformance.random.StepExpressions.SUMMED;

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

    private static final int DEPTH = 3;
    private static final int DEPTH_OF_WAYS = 5;
    private static final int MOST_WEIGHT = 200;
    private static final int MOST_WEIGHT_OF_WAYS = 60;

    private final SplittableRandom random;
    private final StepExpressions expressions;
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
        expressions = new StepExpressions(random, ofWays);
        active = random.nextBoolean();
        result = expressions.pick(active ? ACTIVE_RESULTS : RESULTS);
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
            parameters.add(new Variable(name("p"), expressions.pick(PARAMETERS), expressions.chance(70), false));
        }
        if (active) {
            parameters.add(new Variable(name("p"), "double", true, false));
        }
        expressions.scopes.push(new ArrayList<>(parameters));
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

    private void add(String name, String type, boolean assignable, boolean own) {
        expressions.scopes.element().add(new Variable(name, type, assignable, own));
    }

    private void declare(Node.Body body) {
        List<Variable> arrays = expressions.arrays(false);
        if (expressions.chance(25)) {
            String component = expressions.pick(List.of("double", "int", "long", "float", "byte"));
            String length = arrays.isEmpty() || expressions.chance(60)
                    ? "" + random.nextInt(1, 6)
                    : expressions.pick(arrays).name() + ".length";
            String name = name("a");
            body.add(component + "[] " + name + " = new " + component + "[" + length + "];");
            add(name, component + "[]", false, true);
            return;
        }
        String type = expressions.pick(StepExpressions.SCALARS);
        String name = name("v");
        body.add(type + " " + name + " = " + expressions.number(type, 2) + ";");
        add(name, type, true, false);
    }

    private Node.Body inside(int depth) {
        Node.Body body = new Node.Body();
        expressions.scopes.push(new ArrayList<>());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            statement(body, depth + 1);
        }
        expressions.scopes.pop();
        return body;
    }

    private void statement(Node.Body body, int depth) {
        budget--;
        if (active && expressions.chance(20)) {
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
            case 9, 10, 11 -> body.add("if (" + expressions.condition(2) + ") ", inside(depth));
            case 12, 13 -> body.add("if (" + expressions.condition(2) + ") ", inside(depth), " else ", inside(depth));
            case 14 -> choice(body, depth);
            case 15, 16, 17 -> counted(body, depth);
            default -> loop(body, depth);
        }
    }

    private void way(Node.Body body, int depth) {
        int kind = random.nextInt(depth >= DEPTH_OF_WAYS || budget < 0 ? 6 : 18);
        if (kind >= 12 && weight > MOST_WEIGHT_OF_WAYS) {
            assign(body);
            return;
        }
        switch (kind) {
            case 0 -> assign(body);
            case 1 -> body.add(MIXED + " = " + MIXED + " * 31 + " + expressions.number("int", 1) + ";");
            case 2 ->
                body.add(SUMMED + " = 0.5 * " + SUMMED + " + "
                        + expressions.number(expressions.pick(StepExpressions.SCALARS), 1) + ";");
            case 3 -> store(body);
            case 4, 5 -> jump(body, depth);
            case 6, 7, 8 -> body.add("if (" + expressions.condition(1) + ") ", ending(inside(depth)));
            case 9, 10 -> body.add("if (" + expressions.condition(1) + ") ", inside(depth), " else ", inside(depth));
            case 11 -> choice(body, depth);
            case 12, 13 -> counted(body, depth);
            case 14, 15 -> endless(body, depth);
            case 16 -> loop(body, depth);
            default -> steppingAhead(body, depth);
        }
    }

    /** A body that now and then ends by going elsewhere. */
    private Node.Body ending(Node.Body body) {
        if (expressions.chance(50) && !loops.isEmpty()) {
            String label = expressions.chance(60) ? loops.element() : expressions.pick(List.copyOf(loops));
            body.add(expressions.pick(List.of("break ", "continue ", "continue ")) + label + ";");
        } else if (expressions.chance(15)) {
            body.add("return " + result(result) + ";");
        }
        return body;
    }

    /** A loop that is left from within alone. */
    private void endless(Node.Body body, int depth) {
        String counter = name("i");
        String label = name("loop");
        expressions.scopes.push(new ArrayList<>());
        add(counter, "int", false, false);
        Node.Body inside = rounds(label, depth);
        expressions.scopes.pop();
        String bound =
                expressions.chance(50) ? "" + random.nextInt(1, 7) : "(" + expressions.number("int", 1) + " & 7)";
        // In one piece with the loop, which would not end without it.
        String leave = "{ if (" + counter + " >= " + bound + ") break " + label + "; ";
        body.add(label + ": for (int " + counter + " = 0; ; " + counter + "++) " + leave, inside, " }");
    }

    /** A loop whose counters have the values of the next round before the round is done, which still uses those of its own. */
    private void steppingAhead(Node.Body body, int depth) {
        String next = name("f");
        String label = name("loop");
        body.add("int " + next + " = 0;");
        String own = name("i");
        expressions.scopes.push(new ArrayList<>());
        add(own, "int", false, false);
        String step = "int " + own + " = " + next + "++; ";
        if (expressions.chance(50)) {
            String other = name("f");
            String before = name("i");
            body.add("int " + other + " = 3;");
            add(before, "int", false, false);
            step = "int " + own + " = " + next + ", " + before + " = " + other + "; " + next + " = " + other + "; "
                    + other + " = " + own + " + 1; ";
        }
        Node.Body inside = rounds(label, depth);
        expressions.scopes.pop();
        body.add(label + ": while (" + next + " < 5 && " + expressions.condition(1) + ") { " + step, inside, " }");
    }

    /** Gives a number another value from which the one before cannot be found. */
    private void bend(Node.Body body) {
        List<Variable> targets = expressions.variables("double").stream()
                .filter(Variable::assignable)
                .toList();
        if (targets.isEmpty()) {
            declare(body);
            return;
        }
        String name = expressions.pick(targets).name();
        String other = expressions.number("double", 1);
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
        body.add("double " + number + " = " + expressions.number("double", 1) + ";");
        body.add("int " + fuel + " = 0;");
        add(number, "double", true, false);
        add(fuel, "int", false, false);
        Node.Body inside = rounds(label, 0);
        inside.nodes.addFirst(
                new Node(number + " = 0.3 + Math.sin(" + number + ") * " + expressions.leaf("double") + ";"));
        String condition = expressions.chance(50) ? number + " < 0.6" : expressions.condition(1);
        body.add(label + ": while (" + fuel + "++ < 8 && " + condition + ") ", inside);
    }

    private void assign(Node.Body body) {
        List<Variable> targets = expressions.scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.assignable() && StepExpressions.SCALARS.contains(variable.type()))
                .toList();
        if (targets.isEmpty()) {
            declare(body);
            return;
        }
        Variable target = expressions.pick(targets);
        String operator = expressions.chance(40) ? expressions.pick(List.of("+=", "-=", "*=")) : "=";
        body.add(target.name() + " " + operator + " " + expressions.number(target.type(), 3) + ";");
    }

    private void store(Node.Body body) {
        List<Variable> arrays = expressions.arrays(!expressions.chance(8));
        if (arrays.isEmpty()) {
            assign(body);
            return;
        }
        Variable array = expressions.pick(arrays);
        String component = StepExpressions.component(array);
        if (component.equals("boolean")) {
            body.add(guard(array) + array.name() + "[" + expressions.index(array) + "] = " + expressions.condition(1)
                    + ";");
            return;
        }
        body.add(guard(array) + array.name() + "[" + expressions.index(array) + "] = (" + component + ") "
                + expressions.number(StepExpressions.wide(component), 2) + ";");
    }

    private String guard(Variable array) {
        return "if (" + array.name() + ".length > 0) ";
    }

    private void jump(Node.Body body, int depth) {
        int kind = random.nextInt(10);
        if (kind < (ofWays ? 7 : 4) && !loops.isEmpty()) {
            String label = expressions.chance(60) ? loops.element() : expressions.pick(List.copyOf(loops));
            body.add("if (" + expressions.condition(2) + ") " + expressions.pick(List.of("break ", "continue ")) + label
                    + ";");
        } else if (kind < 7 && depth > 0) {
            body.add("if (" + expressions.condition(2) + ") return " + result(result) + ";");
        } else if (kind == 9) {
            body.add("if (" + expressions.number("int", 1) + " == " + random.nextInt(3, 1000)
                    + ") throw new IllegalStateException();");
        } else {
            assign(body);
        }
    }

    private void choice(Node.Body body, int depth) {
        List<Object> parts = new ArrayList<>();
        parts.add("switch (" + expressions.number("int", 1) + " & 3) { case 0: ");
        parts.add(inside(depth));
        parts.add(expressions.chance(60) ? " break; case 1: case 2: " : " case 1: ");
        parts.add(inside(depth));
        parts.add(expressions.chance(50) ? " break; default: " : " default: ");
        parts.add(inside(depth));
        parts.add(" }");
        body.add(parts.toArray());
    }

    /** A loop whose number of rounds is a constant, a length, or depends on the example. */
    private void counted(Node.Body body, int depth) {
        if (weight > MOST_WEIGHT) {
            assign(body);
            return;
        }
        List<Variable> arrays = expressions.arrays(false);
        String bound = switch (random.nextInt(4)) {
            case 0 -> "" + random.nextInt(1, 7);
            case 1 -> arrays.isEmpty() ? "4" : expressions.pick(arrays).name() + ".length";
            default -> "(" + expressions.number("int", 1) + " & 7)";
        };
        String counter = name("i");
        String label = name("loop");
        expressions.scopes.push(new ArrayList<>());
        add(counter, "int", false, false);
        Node.Body inside = rounds(label, depth);
        expressions.scopes.pop();
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
        if (weight > MOST_WEIGHT) {
            assign(body);
            return;
        }
        String fuel = name("f");
        String label = name("loop");
        body.add("int " + fuel + " = " + (expressions.chance(50) ? "0" : expressions.number("int", 1) + " & 3") + ";");
        add(fuel, "int", false, false);
        boolean first = expressions.chance(60);
        Node.Body inside = rounds(label, depth);
        String condition = "(" + fuel + "++ < 9 && " + expressions.condition(2) + ")";
        if (first) {
            body.add(label + ": while " + condition + " ", inside);
        } else {
            body.add(label + ": do ", inside, " while " + condition + ";");
        }
    }

    private String result(String type) {
        return switch (type) {
            case "boolean" -> expressions.condition(2);
            case "byte", "short", "char" -> "(" + type + ") " + expressions.number("int", 2);
            case "double[]", "int[]" -> array(type);
            default ->
                ofWays
                        ? "(" + type + ") (" + SUMMED + " + " + MIXED + " + " + expressions.number(type, 2) + ")"
                        : expressions.number(type, 3);
        };
    }

    /** An array that is new, mostly. */
    private String array(String type) {
        List<Variable> known = expressions.scopes.stream()
                .flatMap(List::stream)
                .filter(variable -> variable.type().equals(type) && (variable.capturable() || expressions.chance(10)))
                .toList();
        if (!known.isEmpty() && expressions.chance(60)) {
            return expressions.pick(known).name();
        }
        String component = type.substring(0, type.length() - 2);
        String first =
                ofWays ? "(" + component + ") (" + SUMMED + " + " + MIXED + ")" : expressions.number(component, 2);
        return "new " + type + " {" + first + ", " + expressions.number(component, 2) + "}";
    }
}
