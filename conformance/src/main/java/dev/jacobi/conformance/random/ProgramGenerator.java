package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes programs that are well-typed and come to an end soon: every loop has a bound, and the product of the bounds of nested loops and
 * of calls in them is limited. They may throw anything that Java code throws by itself.
 */
final class ProgramGenerator {
    private static final List<String> PARAMETERS = List.of(
            "int",
            "int",
            "long",
            "double",
            "double",
            "float",
            "byte",
            "short",
            "char",
            "boolean",
            "int[]",
            "int[]",
            "double[]",
            "double[]",
            "long[]",
            "float[]",
            "byte[]",
            "short[]",
            "char[]",
            "boolean[]",
            "double[][]",
            "int[][]",
            "String");
    private static final List<String> RESULTS = List.of(
            "int",
            "int",
            "long",
            "long",
            "double",
            "double",
            "float",
            "byte",
            "short",
            "char",
            "boolean",
            "String",
            "int[]",
            "double[]");
    private static final List<String> LOCALS = List.of(
            "int",
            "int",
            "long",
            "double",
            "float",
            "byte",
            "short",
            "char",
            "boolean",
            "int[]",
            "double[]",
            "long[]",
            "double[][]",
            "String",
            "Pair",
            "Cell",
            "Color",
            "Shape",
            "Step",
            "Step",
            "Step[]",
            "int[]",
            "double[]",
            "String[]",
            "byte[]",
            "float[]",
            "char[]",
            "short[]",
            "boolean[]");
    private static final int DEPTH = 3;

    /** A loop that jumps may leave or continue. */
    private record Loop(String label, boolean innermost) {}

    private final Expressions expressions;
    private final Deque<Loop> loops = new ArrayDeque<>();
    private String returnType = "int";
    /** How many more statements the method may have. */
    private int budget;

    private ProgramGenerator(long seed, boolean objects) {
        expressions = new Expressions(new SplittableRandom(seed), objects);
    }

    static Program generate(long seed) {
        return new ProgramGenerator(seed, true).program(seed);
    }

    /** One without strings, objects and static fields. */
    static Program ofNumbers(long seed) {
        return new ProgramGenerator(seed, false).program(seed);
    }

    /** Of these types those that programs of this kind have. */
    private List<String> present(List<String> types) {
        return expressions.objects
                ? types
                : types.stream()
                        .filter(type ->
                                Expressions.NUMBERS.contains(type.replace("[]", "")) || type.startsWith("boolean"))
                        .toList();
    }

    private Program program(long seed) {
        int count = expressions.random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Method helper = method("helper" + i, expressions.random.nextInt(2, 7), 3);
            expressions.helpers.add(helper);
        }
        if (expressions.chance(25)) {
            expressions.helpers.add(recursive());
        }
        Method run = method("run", expressions.random.nextInt(4, 17), 5);
        List<Method> methods = new ArrayList<>(List.of(run));
        methods.addAll(expressions.helpers);
        return new Program(seed, Program.PACKAGE + ".P" + Long.toHexString(seed), methods);
    }

    private Method method(String name, int statements, int maxParameters) {
        List<Variable> parameters = new ArrayList<>();
        for (String type : name.equals("run") ? List.of("int", "double") : List.of("int")) {
            parameters.add(variable(expressions.name("a"), type, expressions.chance(50)));
        }
        for (int i = expressions.random.nextInt(1, maxParameters + 1); i > 0; i--) {
            String type = expressions.pick(present(PARAMETERS));
            parameters.add(variable(expressions.name("a"), type, expressions.chance(50)));
        }
        returnType = expressions.pick(present(RESULTS));
        budget = statements;
        // a helper may be called from a loop
        expressions.weight = name.equals("run") ? 1 : 8;
        Node.Body body = new Node.Body();
        if (name.equals("run") && expressions.objects) {
            body.add("shared = 0;");
        }
        expressions.scopes.push(new ArrayList<>(parameters));
        local(body);
        local(body);
        while (budget > 0) {
            statement(body);
        }
        body.add("return " + expressions.expression(returnType, DEPTH) + ";");
        expressions.scopes.pop();
        return new Method(name, returnType, parameters, body);
    }

    /** A method that calls itself so many times as its first parameter says, if that are few. */
    private Method recursive() {
        Variable count = variable(expressions.name("n"), "int", true);
        List<Variable> parameters = new ArrayList<>(List.of(count));
        for (int i = expressions.random.nextInt(1, 4); i > 0; i--) {
            parameters.add(variable(expressions.name("a"), expressions.pick(present(PARAMETERS)), true));
        }
        returnType = expressions.pick(present(List.of("int", "long", "double", "int[]", "String")));
        budget = expressions.random.nextInt(1, 4);
        expressions.weight = 40;
        Node.Body body = new Node.Body();
        expressions.scopes.push(new ArrayList<>(parameters));
        body.add("if (" + count.name() + " <= 0 || " + count.name() + " > 5) return "
                + expressions.expression(returnType, 2) + ";");
        while (budget > 0) {
            statement(body);
        }
        StringBuilder again = new StringBuilder("recursive(" + count.name() + " - 1");
        for (Variable parameter : parameters.subList(1, parameters.size())) {
            again.append(", ").append(expressions.expression(parameter.type(), 1));
        }
        String more = returnType.endsWith("[]") || returnType.equals("String")
                ? ""
                : expressions.pick(List.of(" + ", " - ", " * ")) + expressions.expression(returnType, 2);
        body.add("return " + again + ")" + more + ";");
        expressions.scopes.pop();
        return new Method("recursive", returnType, parameters, body);
    }

    private static Variable variable(String name, String type, boolean isFinal) {
        return new Variable(name, type, !isFinal && !type.endsWith("[]"), isFinal || type.endsWith("[]"));
    }

    private void declare(Variable variable) {
        expressions.scopes.element().add(variable);
    }

    private Node.Body block(Variable... variables) {
        Node.Body body = new Node.Body();
        expressions.scopes.push(new ArrayList<>(List.of(variables)));
        for (int i = expressions.random.nextInt(1, 4); i > 0; i--) {
            statement(body);
        }
        expressions.scopes.pop();
        return body;
    }

    private void statement(Node.Body body) {
        budget--;
        boolean simple = budget <= 0 || expressions.scopes.size() > 5;
        int form = expressions.random.nextInt(simple ? 44 : 80);
        boolean needsObjects = form >= 29 && form <= 34 || form > 76;
        switch (expressions.objects || !needsObjects ? form : simple ? 20 : 50) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> local(body);
            case 8, 9, 10, 11, 12, 13, 14 -> assign(body);
            case 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 -> store(body);
            case 25, 26 -> jump(body);
            case 27, 28 -> exit(body);
            case 29, 30, 31 -> mutate(body);
            case 32 -> body.add("shared += " + expressions.expression("long", 2) + ";");
            case 33, 34 -> builder(body);
            case 35 -> runnable(body);
            case 36, 37, 38, 39, 40, 41, 42, 43 -> call(body);
            case 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55 -> loop(body);
            case 56, 57, 58, 59, 60, 61, 62, 63 -> branch(body);
            case 64, 65, 66, 67, 68, 69 -> switchStatement(body);
            case 70, 71, 72, 73, 74, 75, 76 -> tryStatement(body);
            default -> {
                String lock = expressions.chance(50) ? "Color.class" : expressions.expression("Cell", 1);
                body.add("synchronized (" + lock + ") ", block());
            }
        }
    }

    private void local(Node.Body body) {
        String type = expressions.pick(present(LOCALS));
        boolean isFinal = expressions.chance(40) || type.endsWith("[]");
        String name = expressions.name("v");
        String value = type.endsWith("[]") && expressions.chance(70)
                ? expressions.newArray(type)
                : expressions.expression(type, DEPTH);
        body.add((isFinal ? "final " : "") + type + " " + name + " = " + value + ";");
        declare(variable(name, type, isFinal));
    }

    private void call(Node.Body body) {
        if (expressions.helpers.isEmpty()) {
            local(body);
            return;
        }
        String type = expressions.pick(expressions.helpers).returnType();
        String name = expressions.name("v");
        body.add("final " + type + " " + name + " = " + expressions.call(type, DEPTH) + ";");
        declare(variable(name, type, true));
    }

    private void assign(Node.Body body) {
        List<Variable> targets = expressions.variables(Variable::assignable);
        if (targets.isEmpty()) {
            local(body);
            return;
        }
        Variable target = expressions.pick(targets);
        body.add(target.name() + " " + assignment(target.type()) + ";");
    }

    /** The assignment operator and what is assigned. */
    private String assignment(String type) {
        String plain = "= " + expressions.expression(type, DEPTH);
        if (type.equals("String")) {
            // text that doubles round a loop would take most of the time
            return expressions.chance(40)
                    ? "= Text.shortened(" + plain.substring(2) + ")"
                    : "+= Text.shortened(\"\" + "
                            + expressions.expression(expressions.pick(List.of("int", "double", "char", "String")), 1)
                            + ")";
        }
        if (expressions.chance(40)) {
            return plain;
        }
        return switch (type) {
            case "int", "long", "byte", "short", "char" -> {
                String operand = expressions.expression(expressions.pick(Expressions.NUMBERS), 2);
                yield switch (expressions.random.nextInt(4)) {
                    case 0 -> expressions.pick(List.of("<<= ", ">>= ", ">>>= ")) + expressions.expression("int", 2);
                    case 1 -> expressions.pick(List.of("&= ", "|= ", "^= ")) + expressions.expression("int", 2);
                    case 2 -> expressions.pick(List.of("/= ", "%= ")) + operand;
                    default -> expressions.pick(List.of("+= ", "-= ", "*= ")) + operand;
                };
            }
            case "float", "double" ->
                expressions.pick(List.of("+= ", "-= ", "*= ", "/= ", "%= "))
                        + expressions.expression(expressions.pick(Expressions.NUMBERS), 2);
            case "boolean" -> expressions.pick(List.of("&= ", "|= ", "^= ")) + expressions.expression("boolean", 2);
            default -> plain;
        };
    }

    private void store(Node.Body body) {
        List<Variable> arrays = expressions.arrays();
        if (arrays.isEmpty()) {
            assign(body);
            return;
        }
        Variable array = expressions.pick(arrays);
        String component = array.type().replace("[]", "");
        String target = expressions.elementOf(array, 2);
        if (expressions.chance(20) && Expressions.NUMBERS.contains(component)) {
            body.add(expressions.chance(50) ? target + "++;" : "--" + target + ";");
        } else {
            body.add(target + " " + assignment(component) + ";");
        }
    }

    private void jump(Node.Body body) {
        if (loops.isEmpty()) {
            exit(body);
            return;
        }
        Loop loop = expressions.pick(List.copyOf(loops));
        String word = expressions.chance(50) ? "break" : "continue";
        body.add("if (" + expressions.condition(2) + ") " + word + " " + loop.label() + ";");
    }

    private void exit(Node.Body body) {
        if (expressions.chance(40)) {
            String exception = expressions.chance(60)
                    ? "new Failure(" + expressions.expression("int", 1) + ")"
                    : "new IllegalStateException("
                            + (expressions.objects ? expressions.expression("String", 1) : "\"no\"") + ")";
            body.add("if (" + rare() + ") throw " + exception + ";");
        } else {
            body.add("if (" + rare() + ") return " + expressions.expression(returnType, 2) + ";");
        }
    }

    /** A condition that mostly does not hold. */
    private String rare() {
        return "(" + expressions.expression("int", 2) + " & 7) == " + expressions.random.nextInt(8);
    }

    private void mutate(Node.Body body) {
        List<Variable> cells = expressions.variables("Cell");
        if (cells.isEmpty()) {
            local(body);
            return;
        }
        String cell = expressions.pick(cells).name();
        body.add(
                switch (expressions.random.nextInt(4)) {
                    case 0 -> cell + ".state = " + expressions.expression("int", DEPTH) + ";";
                    case 1 -> cell + ".weight += " + expressions.expression("double", DEPTH) + ";";
                    case 2 -> cell + ".step(" + expressions.expression("int", DEPTH) + ");";
                    default -> "shared = " + cell + ".add(" + expressions.expression("long", DEPTH) + ");";
                });
    }

    private void builder(Node.Body body) {
        String name = expressions.name("b");
        StringBuilder chain = new StringBuilder();
        for (int i = expressions.random.nextInt(1, 4); i > 0; i--) {
            String type = expressions.pick(List.of("int", "long", "double", "float", "char", "boolean", "String"));
            chain.append(".append(").append(expressions.expression(type, 2)).append(')');
        }
        body.add("StringBuilder " + name + " = new StringBuilder()" + chain + ";");
        body.add("shared += " + name + ".toString().hashCode();");
    }

    private void runnable(Node.Body body) {
        List<Variable> arrays =
                expressions.variables(variable -> variable.type().endsWith("[]") && variable.capturable());
        if (arrays.isEmpty()) {
            assign(body);
            return;
        }
        Variable array = expressions.pick(arrays);
        String component = array.type().replace("[]", "");
        String name = expressions.name("r");
        String inside = expressions.inLambda(
                List.of(), () -> expressions.elementOf(array, 2) + " = " + expressions.expression(component, 2));
        body.add("Runnable " + name + " = () -> { " + inside + "; };");
        body.add(name + ".run();");
    }

    private void loop(Node.Body body) {
        if (expressions.weight > 60) {
            branch(body);
            return;
        }
        int bound = expressions.random.nextInt(1, 9);
        int outerWeight = expressions.weight;
        expressions.weight *= bound;
        String label = expressions.name("L");
        String index = expressions.name("i");
        List<Variable> arrays = expressions.variables(
                variable -> variable.type().endsWith("[]") && !variable.type().startsWith("String"));
        switch (expressions.random.nextInt(6)) {
            case 0 -> {
                String bounded = expressions.condition(2) + " && " + index + "++ < " + bound;
                body.add("int " + index + " = 0;");
                body.add(label + ": while (" + bounded + ") ", loopBody(label));
            }
            case 1 -> {
                body.add("int " + index + " = 0;");
                Node.Body inside = loopBody(label);
                body.add(
                        label + ": do ",
                        inside,
                        " while (" + index + "++ < " + bound + " && " + expressions.condition(2) + ");");
            }
            case 2 -> {
                if (arrays.isEmpty()) {
                    forLoop(body, label, index, bound);
                } else {
                    Variable array = expressions.pick(arrays);
                    String type = array.type().substring(0, array.type().length() - 2);
                    Variable element = new Variable(index, type, false, true);
                    body.add(
                            label + ": for (" + type + " " + index + " : " + array.name() + ") ",
                            loopBody(label, element));
                }
            }
            case 3 -> {
                Variable counter = new Variable(index, "int", false, false);
                int step = expressions.random.nextInt(1, 4);
                String down = "int " + index + " = " + bound * step + "; " + index + " > 0; " + index + " -= " + step;
                body.add(label + ": for (" + down + ") ", loopBody(label, counter));
            }
            default -> forLoop(body, label, index, bound);
        }
        expressions.weight = outerWeight;
    }

    private void forLoop(Node.Body body, String label, String index, int bound) {
        List<Variable> arrays = expressions.arrays();
        String limit = arrays.isEmpty() || expressions.chance(50)
                ? Integer.toString(bound)
                : expressions.pick(arrays).name() + ".length";
        String type = expressions.chance(85) ? "int" : "long";
        Variable counter = new Variable(index, type, false, false);
        String head = type + " " + index + " = 0; " + index + " < " + limit + "; " + index + "++";
        body.add(label + ": for (" + head + ") ", loopBody(label, counter));
    }

    private Node.Body loopBody(String label, Variable... variables) {
        loops.push(new Loop(label, true));
        Node.Body body = block(variables);
        loops.pop();
        return body;
    }

    private void branch(Node.Body body) {
        String head = "if (" + expressions.condition(DEPTH) + ") ";
        switch (expressions.random.nextInt(3)) {
            case 0 -> body.add(head, block());
            case 1 -> body.add(head, block(), " else ", block());
            default ->
                body.add(head, block(), " else if (" + expressions.condition(2) + ") ", block(), " else ", block());
        }
    }

    private void switchStatement(Node.Body body) {
        switch (expressions.objects ? expressions.random.nextInt(4) : 0) {
            case 0 -> {
                String scale = expressions.chance(50) ? "" : "00";
                body.add(
                        "switch (" + expressions.expression("int", 2) + ") { case 0: ",
                        block(),
                        " case 1" + scale + ": ",
                        block(),
                        " break; case -2" + scale + ": case 3: ",
                        block(),
                        " default: ",
                        block(),
                        " }");
            }
            case 1 ->
                body.add(
                        "switch (" + expressions.expression("String", 2) + ") { case \"Aa\": ",
                        block(),
                        " case \"BB\": ",
                        block(),
                        " break; default: ",
                        block(),
                        " }");
            case 2 ->
                body.add(
                        "switch (" + expressions.expression("Color", 2) + ") { case RED -> ",
                        block(),
                        " case GREEN -> ",
                        block(),
                        " default -> ",
                        block(),
                        " }");
            default -> {
                String box = expressions.name("s");
                body.add(
                        "switch ((Shape) " + expressions.expression("Shape", 2) + ") { case Circle(double " + box
                                + ") -> ",
                        block(new Variable(box, "double", false, false)),
                        " case Label(String _, Circle _) -> ",
                        block(),
                        " default -> ",
                        block(),
                        " }");
            }
        }
    }

    private void tryStatement(Node.Body body) {
        String caught = expressions.pick(List.of(
                "ArithmeticException",
                "ArrayIndexOutOfBoundsException",
                "RuntimeException",
                "Failure",
                "ArithmeticException | IndexOutOfBoundsException",
                "NegativeArraySizeException | NullPointerException"));
        String head = " catch (" + caught + " " + expressions.name("e") + ") ";
        switch (expressions.random.nextInt(3)) {
            case 0 -> body.add("try ", block(), head, block());
            case 1 -> body.add("try ", block(), head, block(), " finally ", simpleBlock());
            default -> body.add("try ", block(), " finally ", simpleBlock());
        }
    }

    /** Statements for a finally clause: javac copies them to every exit, so they are few. */
    private Node.Body simpleBlock() {
        Node.Body body = new Node.Body();
        expressions.scopes.push(new ArrayList<>());
        assign(body);
        store(body);
        expressions.scopes.pop();
        return body;
    }
}
