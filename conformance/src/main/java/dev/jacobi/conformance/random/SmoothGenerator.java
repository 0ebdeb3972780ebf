package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes methods with a derivative nearly everywhere: floating-point arithmetic with functions on guarded domains, over numbers and
 * arrays, with branches on data, loops with known and unknown trip counts, and updates in place. Values stay moderate, as what is
 * carried around loops is damped.
 */
final class SmoothGenerator {
    private static final List<String> PARAMETERS =
            List.of("double", "double", "double", "double[]", "double[]", "double[][]", "int", "float", "float[]");
    private static final int DEPTH = 3;

    private final SplittableRandom random;
    private final Deque<List<Variable>> scopes = new ArrayDeque<>();
    private final List<Method> helpers = new ArrayList<>();
    private final List<String> loops = new ArrayList<>();
    private int names;
    private int budget;
    private boolean inLambda;
    private boolean floats;
    private final SmoothObjects objects = new SmoothObjects(this);
    private boolean withObjects;
    private boolean withExceptions;

    private SmoothGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    static Program generate(long seed) {
        return new SmoothGenerator(seed).program(seed);
    }

    private Program program(long seed) {
        floats = chance(12);
        withObjects = chance(35);
        withExceptions = chance(15);
        // Each of these adds much code to what is inlined.
        boolean small = withObjects || withExceptions;
        for (int i = random.nextInt(small ? 2 : 3); i > 0; i--) {
            helpers.add(method("helper" + i, random.nextInt(1, small ? 2 : 5), 3));
        }
        if (chance(15)) {
            helpers.add(recursive());
        }
        List<Method> methods = new ArrayList<>(List.of(method("run", random.nextInt(3, small ? 7 : 16), 4)));
        methods.addAll(helpers);
        return new Program(seed, Program.PACKAGE + ".S" + Long.toHexString(seed), methods);
    }

    /** A method that calls itself so many times as its first parameter says. */
    private Method recursive() {
        String count = name("n");
        String number = name("a");
        String array = name("a");
        List<Variable> parameters = List.of(
                new Variable(count, "int", false, true),
                new Variable(number, "double", true, false),
                new Variable(array, "double[]", false, true));
        budget = random.nextInt(1, 4);
        loops.clear();
        Node.Body body = new Node.Body();
        scopes.push(new ArrayList<>(parameters));
        body.add("if (" + count + " <= 0) return " + expression(2) + ";");
        while (budget > 0) {
            statement(body);
        }
        body.add("return 0.5 * recursive(" + count + " - 1, Math.sin(" + expression(2) + "), " + array + ") + "
                + expression(2) + ";");
        scopes.pop();
        return new Method("recursive", "double", parameters, body);
    }

    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String name(String prefix) {
        return prefix + names++;
    }

    private Method method(String name, int statements, int maxParameters) {
        List<Variable> parameters = new ArrayList<>();
        parameters.add(new Variable(name("a"), "double", false, true));
        for (int i = random.nextInt(1, maxParameters + 1); i > 0; i--) {
            String type = pick(PARAMETERS);
            if (floats || !type.startsWith("float")) {
                boolean isFinal = type.endsWith("[]") || type.equals("int") || chance(50);
                parameters.add(new Variable(name("a"), type, !isFinal, isFinal));
            }
        }
        budget = statements;
        loops.clear();
        Node.Body body = new Node.Body();
        scopes.push(new ArrayList<>(parameters));
        while (budget > 0) {
            statement(body);
        }
        body.add("return " + expression(DEPTH) + ";");
        scopes.pop();
        return new Method(name, "double", parameters, body);
    }

    List<Variable> variables(String type) {
        List<Variable> found = new ArrayList<>();
        for (List<Variable> scope : scopes) {
            for (Variable variable : scope) {
                if (variable.type().equals(type) && (!inLambda || variable.capturable())) {
                    found.add(variable);
                }
            }
        }
        return found;
    }

    private List<Variable> assignable() {
        List<Variable> found = new ArrayList<>(variables("double"));
        found.addAll(variables("float"));
        found.removeIf(variable -> !variable.assignable());
        return found;
    }

    private String constant() {
        return "(" + random.nextInt(-16, 24) / 8.0 + ")";
    }

    String leaf() {
        List<Variable> numbers = variables(floats && chance(30) ? "float" : "double");
        return switch (random.nextInt(10)) {
            case 0 -> constant();
            case 1, 2 -> element();
            case 3 -> {
                String number = withObjects ? objects.number(1) : null;
                yield number == null ? element() : number;
            }
            case 4 ->
                variables("int").isEmpty()
                        ? constant()
                        : "(0.1 * " + pick(variables("int")).name() + ")";
            default -> numbers.isEmpty() ? constant() : pick(numbers).name();
        };
    }

    String index(String array) {
        List<Variable> integers = variables("int");
        String index = integers.isEmpty() || chance(20)
                ? "" + random.nextInt(4)
                : pick(integers).name();
        if (chance(30)) {
            index = "(" + index + " + " + random.nextInt(3) + ")";
        }
        return "Math.floorMod(" + index + ", " + array + ".length)";
    }

    /** An element of an array in scope, which can be assigned, or null. */
    private String element() {
        List<Variable> arrays = arrays();
        return arrays.isEmpty() ? constant() : elementOf(pick(arrays));
    }

    private List<Variable> arrays() {
        List<Variable> arrays = new ArrayList<>(variables("double[]"));
        arrays.addAll(variables("double[][]"));
        arrays.addAll(variables("float[]"));
        return arrays;
    }

    private String elementOf(Variable array) {
        String row = array.name() + "[" + index(array.name()) + "]";
        return array.type().equals("double[][]") ? row + "[" + index(row) + "]" : row;
    }

    String expression(int depth) {
        if (depth <= 0 || chance(withObjects || withExceptions ? 30 : 10)) {
            return leaf();
        }
        String a = expression(depth - 1);
        String b = expression(depth - 1);
        return switch (random.nextInt(34)) {
            case 0, 1, 2, 3 -> "(" + a + " + " + b + ")";
            case 4, 5, 6 -> "(" + a + " - " + b + ")";
            case 7, 8, 9, 10 -> "(" + a + " * " + b + ")";
            case 11, 12 -> "(" + a + " / (1.5 + " + square(b) + "))";
            case 13 -> "Math.sin(" + a + ")";
            case 14 -> "Math.cos(" + a + ")";
            case 15 -> "Math.tanh(" + a + ")";
            case 16 -> "Math.exp(Math.sin(" + a + "))";
            case 17 -> "Math.log(1.25 + " + square(a) + ")";
            case 18 -> "Math.sqrt(0.75 + " + square(a) + ")";
            case 19 ->
                pick(List.of(
                        "Math.atan(" + a + ")",
                        "Math.asin(0.9 * Math.tanh(" + a + "))",
                        "Math.acos(0.8 * Math.sin(" + a + "))"));
            case 20 ->
                "Math.pow(1.1 + " + square(a) + ", " + pick(List.of("1.5", "-0.5", "2", "Math.tanh(" + b + ")")) + ")";
            case 21 -> "Math.hypot(" + a + ", 1.25)";
            case 22 -> pick(List.of("Math.max(", "Math.min(")) + a + ", " + b + ")";
            case 23 -> "Math.abs(" + a + ")";
            case 24 -> "Math.fma(" + a + ", " + b + ", " + leaf() + ")";
            case 25 -> "(" + condition(1) + " ? " + a + " : " + b + ")";
            case 26, 27 -> call(depth);
            case 28 -> "(-" + a + ")";
            case 29 ->
                pick(List.of(
                        "Math.cbrt(2 + Math.sin(" + a + "))",
                        "Math.log1p(" + square(a) + ")",
                        "Math.expm1(Math.sin(" + a + "))",
                        "Math.sinh(Math.tanh(" + a + "))",
                        "Math.cosh(Math.tanh(" + a + "))",
                        "Math.atan2(" + a + ", 1.5 + " + square(b) + ")",
                        "Math.log10(2 + " + square(a) + ")",
                        "Math.tan(Math.tanh(" + a + "))",
                        "Math.toRadians(" + a + ")"));
            case 30 -> lambda(depth);
            case 31 -> stream(depth);
            case 32 -> floats ? "(double) (float) " + leaf() : "Math.floor(3 * Math.tanh(" + leaf() + "))";
            default -> chance(8) ? "new Pair(1, " + a + ").scale(" + b + ")" : leaf();
        };
    }

    private static String square(String a) {
        return a + " * " + a;
    }

    String condition(int depth) {
        String a = expression(depth);
        return "(" + a + pick(List.of(" < ", " > ", " <= ", " >= ")) + (chance(50) ? constant() : leaf()) + ")";
    }

    private String call(int depth) {
        if (helpers.isEmpty() || loops.size() > 1) {
            return leaf();
        }
        Method method = pick(helpers);
        List<String> arguments = new ArrayList<>();
        for (Variable parameter : method.parameters()) {
            List<Variable> fitting = variables(parameter.type());
            arguments.add(
                    switch (parameter.type()) {
                        case "double" -> expression(Math.min(depth - 1, 1));
                        case "int" -> "" + random.nextInt(5);
                        case "float" -> "(float) " + leaf();
                        default ->
                            fitting.isEmpty()
                                    ? created(parameter.type())
                                    : pick(fitting).name();
                    });
        }
        return method.name() + "(" + String.join(", ", arguments) + ")";
    }

    private String created(String type) {
        return switch (type) {
            case "double[]" ->
                chance(50)
                        ? "new double[" + random.nextInt(1, 5) + "]"
                        : "new double[] {" + leaf() + ", " + leaf() + "}";
            case "float[]" -> "new float[" + random.nextInt(1, 4) + "]";
            default -> "new double[" + random.nextInt(1, 4) + "][" + random.nextInt(1, 4) + "]";
        };
    }

    private String lambda(int depth) {
        String parameter = name("p");
        return "((DoubleUnaryOperator) " + parameter + " -> "
                + inLambda(new Variable(parameter, "double", false, true), depth - 1) + ").applyAsDouble(" + leaf()
                + ")";
    }

    private String stream(int depth) {
        String parameter = name("p");
        return "IntStream.range(0, " + random.nextInt(1, 5) + ").mapToDouble(" + parameter + " -> "
                + inLambda(new Variable(parameter, "int", false, true), depth - 1) + ").sum()";
    }

    private String inLambda(Variable parameter, int depth) {
        boolean outer = inLambda;
        inLambda = true;
        scopes.push(new ArrayList<>(List.of(parameter)));
        String body = expression(depth);
        scopes.pop();
        inLambda = outer;
        return body;
    }

    private Node.Body block(Variable... variables) {
        Node.Body body = new Node.Body();
        scopes.push(new ArrayList<>(List.of(variables)));
        for (int i = random.nextInt(1, withObjects || withExceptions ? 3 : 4); i > 0; i--) {
            statement(body);
        }
        scopes.pop();
        return body;
    }

    private void statement(Node.Body body) {
        budget--;
        if (withObjects && chance(25)) {
            objects.statement(body);
            return;
        }
        if (withExceptions && chance(15)) {
            tryStatement(body);
            return;
        }
        boolean simple = budget <= 0 || scopes.size() > 4;
        switch (random.nextInt(simple ? 20 : 34)) {
            case 0, 1, 2, 3 -> local(body);
            case 4, 5, 6, 7, 8 -> assign(body);
            case 9, 10, 11, 12, 13, 14 -> store(body);
            case 15, 16 -> array(body);
            case 17, 18 -> exit(body);
            case 19 -> copy(body);
            case 20, 21, 22, 23, 24, 25, 26 -> loop(body);
            case 27, 28, 29, 30 -> branch(body);
            default -> choice(body);
        }
    }

    /** Leaves the block by an exception, or does not; the array's end is another way. */
    private void tryStatement(Node.Body body) {
        Node.Body inside = block();
        List<Variable> arrays = variables("double[]");
        if (arrays.isEmpty() || chance(60)) {
            inside.add("if (" + condition(1) + ") throw new Failure(" + random.nextInt(4) + ");");
        } else {
            String array = pick(arrays).name();
            inside.add(array + "[" + random.nextInt(3) + "] += " + expression(1) + ";");
        }
        body.add("try ", inside, " catch (Failure | ArrayIndexOutOfBoundsException " + name("e") + ") ", block());
    }

    /** Declares a variable that is not assigned again. */
    void declare(Node.Body body, String type, String value) {
        String name = name("v");
        body.add("final " + type + " " + name + " = " + value + ";");
        scopes.element().add(new Variable(name, type, false, true));
    }

    private void local(Node.Body body) {
        boolean isFinal = chance(40);
        boolean isFloat = floats && chance(30);
        String type = isFloat ? "float" : "double";
        String name = name("v");
        body.add((isFinal ? "final " : "") + type + " " + name + " = "
                + (isFloat ? "(float) " + leaf() : expression(DEPTH)) + ";");
        scopes.element().add(new Variable(name, type, !isFinal, isFinal));
    }

    private void assign(Node.Body body) {
        List<Variable> targets = assignable();
        if (targets.isEmpty()) {
            local(body);
            return;
        }
        Variable target = pick(targets);
        update(body, target.name(), target.type());
    }

    void update(Node.Body body, String target, String type) {
        String value = expression(DEPTH);
        String cast = type.equals("float") ? "(float) " : "";
        body.add(
                switch (random.nextInt(6)) {
                    case 0 -> target + " = " + cast + "Math.tanh(" + value + ");";
                    case 1 -> target + " = " + cast + "(0.5 * " + target + " + Math.sin(" + value + "));";
                    case 2 -> target + " += 0.125 * " + value + ";";
                    case 3 -> target + " -= Math.atan(" + value + ");";
                    case 4 -> target + " *= Math.cos(" + value + ");";
                    default -> target + " = " + cast + "(" + value + ");";
                });
    }

    private void store(Node.Body body) {
        List<Variable> arrays = arrays();
        if (arrays.isEmpty()) {
            array(body);
            return;
        }
        Variable array = pick(arrays);
        update(body, elementOf(array), array.type().replace("[]", ""));
    }

    private void array(Node.Body body) {
        List<Variable> matrices = variables("double[][]");
        String name = name("v");
        if (!matrices.isEmpty() && chance(35)) {
            String matrix = pick(matrices).name();
            body.add("final double[] " + name + " = " + matrix + "[" + index(matrix) + "];");
            scopes.element().add(new Variable(name, "double[]", false, true));
        } else {
            String type = chance(70) ? "double[]" : "double[][]";
            body.add("final " + type + " " + name + " = " + created(type) + ";");
            scopes.element().add(new Variable(name, type, false, true));
        }
    }

    private void copy(Node.Body body) {
        List<Variable> arrays = variables("double[]");
        if (arrays.isEmpty()) {
            array(body);
            return;
        }
        String source = pick(arrays).name();
        String target = pick(arrays).name();
        String name = name("v");
        switch (random.nextInt(4)) {
            case 0 -> {
                body.add("final double[] " + name + " = " + source + ".clone();");
                scopes.element().add(new Variable(name, "double[]", false, true));
            }
            case 1 -> {
                if (chance(60)) {
                    declare(body, "double[]", "(" + condition(1) + " ? " + source + " : " + target + ")");
                    return;
                }
                body.add("final double[] " + name + " = java.util.Arrays.copyOf(" + source + ", " + random.nextInt(1, 6)
                        + ");");
                scopes.element().add(new Variable(name, "double[]", false, true));
            }
            case 2 -> body.add("java.util.Arrays.fill(" + target + ", " + expression(2) + ");");
            default ->
                body.add("System.arraycopy(" + source + ", 0, " + target + ", 0, Math.min(" + source + ".length, "
                        + target + ".length));");
        }
    }

    private void exit(Node.Body body) {
        if (!loops.isEmpty() && chance(70)) {
            body.add("if (" + condition(1) + ") " + pick(List.of("break ", "continue ")) + pick(loops) + ";");
        } else {
            body.add("if (" + condition(1) + ") return " + expression(2) + ";");
        }
    }

    private void loop(Node.Body body) {
        if (loops.size() > 2) {
            branch(body);
            return;
        }
        String label = name("L");
        String counter = name("i");
        Variable index = new Variable(counter, "int", false, false);
        List<Variable> arrays = arrays();
        List<Variable> integers = variables("int");
        loops.add(label);
        switch (random.nextInt(7)) {
            case 0 -> {
                String number = name("w");
                body.add("int " + counter + " = 0;");
                body.add("double " + number + " = " + expression(1) + ";");
                scopes.push(new ArrayList<>(List.of(new Variable(number, "double", false, false), index)));
                Node.Body inside = block();
                inside.nodes.addFirst(new Node(number + " += 0.4 + 0.1 * Math.sin(" + expression(1) + ");"));
                scopes.pop();
                body.add(label + ": while (" + number + " < 1.7 && " + counter + "++ < 7) ", inside);
                scopes.element().add(new Variable(number, "double", false, false));
            }
            case 1 -> {
                body.add("int " + counter + " = 0;");
                body.add(
                        label + ": do ",
                        block(index),
                        " while (++" + counter + " < " + random.nextInt(1, 5) + " && " + condition(1) + ");");
            }
            case 2 ->
                body.add(
                        label + ": for (int " + counter + " = " + random.nextInt(1, 6) + "; " + counter + " > 0; "
                                + counter + "--) ",
                        block(index));
            case 3 -> {
                String limit = integers.isEmpty() ? "3" : "(" + pick(integers).name() + " & 7)";
                body.add(
                        label + ": for (int " + counter + " = 0; " + counter + " < " + limit + "; " + counter + "++) ",
                        block(index));
            }
            default -> {
                String limit = arrays.isEmpty() ? "4" : pick(arrays).name() + ".length";
                body.add(
                        label + ": for (int " + counter + " = 0; " + counter + " < " + limit + "; " + counter + "++) ",
                        block(index));
            }
        }
        loops.removeLast();
    }

    private void branch(Node.Body body) {
        String head = "if (" + condition(2) + ") ";
        if (chance(50)) {
            body.add(head, block());
        } else {
            body.add(head, block(), " else ", block());
        }
    }

    private void choice(Node.Body body) {
        List<Variable> integers = variables("int");
        String selector = integers.isEmpty()
                ? "(int) Math.floor(4 * Math.tanh(" + leaf() + "))"
                : pick(integers).name();
        body.add(
                "switch (" + selector + ") { case 0: ",
                block(),
                " case 1: ",
                block(),
                " break; case 3: ",
                block(),
                " default: ",
                block(),
                " }");
    }
}
