package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Method;
import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes methods with a derivative nearly everywhere: floating-point arithmetic over numbers, arrays and objects, with branches on data, loops
 * with known and unknown trip counts, recursion, exceptions, and updates in place, of integers too. Values stay moderate, as what is carried
 * around loops is damped.
 */
final class SmoothGenerator {
    private static final List<String> PARAMETERS = List.of(
            "double",
            "double",
            "double",
            "double[]",
            "double[]",
            "double[]",
            "double[][]",
            "double[][]",
            "int",
            "int[]",
            "float",
            "float[]");

    private final SmoothScope scope;
    private final SmoothExpressions expressions;
    private final SmoothArrays arrays;
    private final SmoothObjects objects;
    private final SmoothSlots slots;
    private final SmoothContainers containers;
    private final SmoothFunctions functions;
    private final SmoothStructures structures;
    private final List<String> loops = new ArrayList<>();

    /** A method that calls itself, writes to its array and throws. */
    private @Nullable Method failing;

    private int budget;
    private String returned = "double";

    private SmoothGenerator(long seed, boolean mayHaveObjects) {
        scope = new SmoothScope(seed, mayHaveObjects);
        expressions = new SmoothExpressions(scope);
        arrays = new SmoothArrays(scope, expressions);
        objects = new SmoothObjects(scope, expressions);
        slots = new SmoothSlots(scope, expressions, objects);
        containers = new SmoothContainers(scope, expressions, objects);
        functions = new SmoothFunctions(scope, expressions);
        structures = new SmoothStructures(scope, expressions, objects);
        expressions.use(slots);
        if (scope.objects) {
            expressions.use(objects);
        }
        if (scope.containers) {
            expressions.use(containers);
        }
        if (scope.functions) {
            expressions.use(functions);
        }
        if (scope.structures) {
            expressions.use(structures);
        }
    }

    static Program generate(long seed) {
        return new SmoothGenerator(seed, true).program(seed);
    }

    /** One of numbers and arrays of them alone, that throws nothing of its own. */
    static Program ofNumbers(long seed) {
        return new SmoothGenerator(seed, false).program(seed);
    }

    private Program program(long seed) {
        boolean small = scope.isSmall();
        for (int i = scope.nextInt(small ? 2 : 3); i > 0; i--) {
            String result = scope.chance(20) ? "double[]" : "double";
            expressions.helpers.add(method("helper" + i, result, scope.nextInt(1, small ? 2 : 4), 3));
        }
        if (scope.chance(scope.slots ? 60 : 15)) {
            expressions.helpers.add(recursive());
        }
        if (scope.exceptions && scope.chance(60)) {
            failing = failing();
        }
        Method run = method("run", "double", scope.nextInt(3, small ? 7 : 13), 4);
        if (scope.statics) {
            run.body().nodes.addFirst(new Node("shared = 0;"));
        }
        List<Method> methods = new ArrayList<>(List.of(run));
        methods.addAll(expressions.helpers);
        if (failing != null) {
            methods.add(failing);
        }
        return new Program(seed, Program.PACKAGE + ".S" + Long.toHexString(seed), methods);
    }

    /** A method that calls itself, once or twice, so deep as its first parameter says. */
    private Method recursive() {
        Variable count = new Variable(scope.name("n"), "int", false, true);
        Variable number = new Variable(scope.name("a"), "double", true, false);
        List<String> types = new ArrayList<>(List.of("double[]", "double[][]", "int[]"));
        types.addAll(expressions.types());
        String type = scope.pick(types);
        Variable array = new Variable(scope.name("a"), type, false, true);
        List<Variable> parameters = List.of(count, number, array);
        returned = "double";
        Node.Body body = scope.within(parameters, () -> {
            String last = expressions.expression(2);
            Node.Body made = new Node.Body();
            Node.Body end = new Node.Body();
            if (SmoothSlots.is(array)) {
                slots.fill(scope.chance(50) ? end : made, array);
            }
            end.add("return " + last + ";");
            made.nodes.addFirst(new Node("if (" + count.name() + " <= 0) ", end));
            made.nodes.addAll(statements(scope.nextInt(1, 4)).nodes);
            String twice = scope.chance(30) ? call(count, 2, array) + " * 0.25 + " : "";
            made.add("return " + twice + "0.5 * " + call(count, 1, array) + " + " + expressions.expression(2) + ";");
            return made;
        });
        return new Method("recursive", "double", parameters, body);
    }

    /** A method that calls itself and leaves by an exception somewhere, for the most part; it catches some of those from further down. */
    private Method failing() {
        Variable count = new Variable(scope.name("n"), "int", false, true);
        Variable number = new Variable(scope.name("a"), "double", true, false);
        Variable array = new Variable(scope.name("a"), "double[]", false, true);
        List<Variable> parameters = List.of(count, number, array);
        returned = "double";
        Node.Body body = scope.within(parameters, () -> {
            Node.Body made = statements(scope.nextInt(1, 3));
            made.add(write(array));
            made.add("if (" + count.name() + " <= 0 && " + expressions.condition(1) + ") " + thrown());
            made.add("if (" + count.name() + " <= 0) return " + expressions.leaf() + ";");
            String below = "failing(" + count.name() + " - 1, Math.sin(" + expressions.expression(1) + "), "
                    + array.name() + ")";
            if (scope.chance(40)) {
                String result = scope.name("r");
                Node.Body inside = new Node.Body();
                inside.add(write(array));
                inside.add(result + " = " + below + ";");
                inside.add(write(array));
                made.add("double " + result + " = 0.1;");
                addCatching(made, inside);
                made.add("return 0.5 * " + result + " + " + expressions.expression(1) + ";");
            } else {
                String result = scope.name("r");
                made.add("final double " + result + " = " + below + ";");
                made.add(write(array));
                made.add("if (" + expressions.condition(1) + ") " + thrown());
                made.add("return 0.5 * " + result + " + " + expressions.leaf() + ";");
            }
            return made;
        });
        return new Method("failing", "double", parameters, body);
    }

    private String write(Variable array) {
        return expressions.update(array.name() + "[" + expressions.index(array.name()) + "]", "double");
    }

    private String thrown() {
        return scope.chance(40)
                ? "throw new Carrier(" + expressions.expression(1) + ");"
                : "throw new Failure(" + scope.nextInt(4) + ");";
    }

    /** Handlers for what {@link #failing} throws. */
    private void addCatching(Node.Body body, Node.Body inside) {
        String name = scope.name("e");
        Node.Body carried = block(new Variable(name + ".value", "double", false, false));
        if (scope.chance(30)) {
            body.add("try ", inside, " catch (Failure | Carrier " + scope.name("e") + ") ", block());
        } else if (scope.chance(30)) {
            Node.Body last = new Node.Body();
            List<Variable> known = scope.variables("double[]");
            last.add(known.isEmpty() ? "shared++;" : write(scope.pick(known)));
            body.add(
                    "try ",
                    inside,
                    " catch (Carrier " + name + ") ",
                    carried,
                    " catch (Failure " + scope.name("e") + ") ",
                    block(),
                    " finally ",
                    last);
        } else {
            body.add(
                    "try ",
                    inside,
                    " catch (Carrier " + name + ") ",
                    carried,
                    " catch (RuntimeException " + scope.name("e") + ") ",
                    block());
        }
    }

    /** Calls {@link #failing} and catches what it throws. */
    private void tryCall(Node.Body body, Method method) {
        List<Variable> known = scope.variables("double[]");
        if (known.isEmpty()) {
            arrays.array(body);
            return;
        }
        String result = scope.name("v");
        body.add("double " + result + " = " + expressions.leaf() + ";");
        Node.Body inside = scope.within(List.of(), () -> {
            Node.Body made = new Node.Body();
            made.add(result + " = " + method.name() + "(" + scope.nextInt(1, 4) + ", " + expressions.expression(1)
                    + ", " + scope.pick(known).name() + ");");
            if (scope.chance(50)) {
                made.add(write(scope.pick(known)));
            }
            return made;
        });
        addCatching(body, inside);
        scope.add(new Variable(result, "double", true, false));
    }

    /** Empty slots, which only the method that is called fills. */
    private void fillByCall(Method recursive, Node.Body into) {
        Variable array = recursive.parameters().getLast();
        if (SmoothSlots.is(array)) {
            String name = scope.declare(into, array.type(), slots.created(array.type()));
            String number = scope.variables("double").getLast().name();
            scope.declare(into, "double", "recursive(" + scope.nextInt(4) + ", " + number + ", " + name + ")");
        }
    }

    private String call(Variable count, int less, Variable array) {
        return "recursive(" + count.name() + " - " + less + ", Math.sin(" + expressions.expression(2) + "), "
                + array.name() + ")";
    }

    private Method method(String name, String result, int statements, int maxParameters) {
        List<Variable> parameters = new ArrayList<>();
        parameters.add(new Variable(scope.name("a"), "double", false, true));
        for (int i = scope.nextInt(1, maxParameters + 1); i > 0; i--) {
            String type = scope.pick(PARAMETERS);
            if (scope.floats || !type.startsWith("float")) {
                boolean isFinal = type.endsWith("[]") || type.equals("int") || scope.chance(50);
                parameters.add(new Variable(scope.name("a"), type, !isFinal, isFinal));
            }
        }
        returned = result;
        Node.Body body = scope.within(parameters, () -> {
            Node.Body made = new Node.Body();
            if (scope.slots) {
                slots.declare(made);
                expressions.helpers.stream()
                        .filter(helper -> helper.name().equals("recursive"))
                        .forEach(helper -> fillByCall(helper, made));
            }
            made.nodes.addAll(statements(statements).nodes);
            made.add("return " + result() + ";");
            return made;
        });
        return new Method(name, result, parameters, body);
    }

    /** What the method returns. */
    private String result() {
        if (returned.equals("double")) {
            String slot = slots.number(1);
            return expressions.expression(2) + (slot == null ? "" : " + " + slot);
        }
        List<Variable> known = scope.variables(returned);
        return known.isEmpty()
                ? expressions.created(returned)
                : scope.pick(known).name();
    }

    private Node.Body statements(int count) {
        budget = count;
        loops.clear();
        expressions.mayCall = true;
        Node.Body body = new Node.Body();
        while (budget > 0) {
            statement(body);
        }
        return body;
    }

    private Node.Body block(Variable... variables) {
        return scope.within(List.of(variables), () -> {
            Node.Body body = new Node.Body();
            for (int i = scope.nextInt(1, scope.isSmall() ? 3 : 4); i > 0; i--) {
                statement(body);
            }
            return body;
        });
    }

    private void statement(Node.Body body) {
        budget--;
        if (scope.objects && scope.chance(25)) {
            objects.statement(body);
            return;
        }
        if (failing != null && expressions.mayCall && budget > 0 && scope.depth() < 4 && scope.chance(30)) {
            tryCall(body, failing);
            return;
        }
        if (scope.slots && scope.chance(12)) {
            slots.statement(body);
            return;
        }
        if (scope.containers && scope.chance(20)) {
            containers.statement(body);
            return;
        }
        if (scope.structures && scope.chance(20)) {
            structures.statement(body);
            return;
        }
        if (scope.functions && scope.chance(15)) {
            functions.statement(body);
            return;
        }
        if (scope.exceptions && scope.chance(15)) {
            tryStatement(body);
            return;
        }
        boolean simple = budget <= 0 || scope.depth() > 4;
        switch (scope.nextInt(simple ? 24 : 38)) {
            case 0, 1, 2, 3 -> local(body);
            case 4, 5, 6, 7, 8 -> assign(body);
            case 9, 10, 11, 12, 13, 14 -> store(body);
            case 15, 16 -> arrays.array(body);
            case 17, 18 -> exit(body);
            case 19, 20 -> arrays.copy(body);
            case 21 -> arrays.extreme(body);
            case 22, 23 -> arrays.integers(body);
            case 24, 25, 26, 27, 28, 29, 30 -> loop(body);
            case 31, 32, 33, 34 -> branch(body);
            default -> choice(body);
        }
    }

    /** Leaves the block by an exception, or does not; the array's end is another way. */
    private void tryStatement(Node.Body body) {
        Node.Body inside = block();
        List<Variable> known = scope.variables("double[]");
        if (known.isEmpty() || scope.chance(60)) {
            inside.add("if (" + expressions.condition(1) + ") throw new Failure(" + scope.nextInt(4) + ");");
        } else {
            String array = scope.pick(known).name();
            inside.add(array + "[" + scope.nextInt(3) + "] += " + expressions.expression(1) + ";");
        }
        body.add("try ", inside, " catch (Failure | ArrayIndexOutOfBoundsException " + scope.name("e") + ") ", block());
    }

    private void local(Node.Body body) {
        boolean isFinal = scope.chance(40);
        boolean isFloat = scope.floats && scope.chance(30);
        String type = isFloat ? "float" : "double";
        String name = scope.name("v");
        body.add((isFinal ? "final " : "") + type + " " + name + " = "
                + (isFloat ? "(float) " + expressions.leaf() : expressions.expression(SmoothExpressions.DEPTH)) + ";");
        scope.add(new Variable(name, type, !isFinal, isFinal));
    }

    private void assign(Node.Body body) {
        List<Variable> targets = new ArrayList<>(scope.variables("double"));
        targets.addAll(scope.variables("float"));
        targets.removeIf(variable -> !variable.assignable());
        if (targets.isEmpty()) {
            local(body);
            return;
        }
        Variable target = scope.pick(targets);
        body.add(expressions.update(target.name(), target.type()));
    }

    private void store(Node.Body body) {
        List<Variable> known = expressions.arrays();
        if (known.isEmpty()) {
            arrays.array(body);
            return;
        }
        Variable array = scope.pick(known);
        body.add(expressions.update(expressions.elementOf(array), array.type().replace("[]", "")));
    }

    private void exit(Node.Body body) {
        if (!loops.isEmpty() && scope.chance(70)) {
            body.add("if (" + expressions.condition(1) + ") " + scope.pick(List.of("break ", "continue "))
                    + scope.pick(loops) + ";");
        } else {
            body.add("if (" + expressions.condition(1) + ") return " + result() + ";");
        }
    }

    private void loop(Node.Body body) {
        if (loops.size() > 2) {
            branch(body);
            return;
        }
        String label = scope.name("L");
        String counter = scope.name("i");
        Variable index = new Variable(counter, "int", false, false);
        List<Variable> known = expressions.arrays();
        List<Variable> integers = scope.variables("int");
        loops.add(label);
        expressions.mayCall = loops.size() < 2;
        switch (scope.nextInt(7)) {
            case 0 -> {
                String number = scope.name("w");
                body.add("int " + counter + " = 0;");
                body.add("double " + number + " = " + expressions.expression(1) + ";");
                Node.Body inside = block(new Variable(number, "double", false, false), index);
                inside.nodes.addFirst(new Node(number + " += 0.4 + 0.1 * Math.sin(" + expressions.leaf() + ");"));
                body.add(label + ": while (" + number + " < 1.7 && " + counter + "++ < 7) ", inside);
                scope.add(new Variable(number, "double", false, false));
            }
            case 1 -> {
                body.add("int " + counter + " = 0;");
                body.add(
                        label + ": do ",
                        block(index),
                        " while (++" + counter + " < " + scope.nextInt(1, 5) + " && " + expressions.condition(1)
                                + ");");
            }
            case 2 ->
                body.add(
                        label + ": for (int " + counter + " = " + scope.nextInt(1, 6) + "; " + counter + " > 0; "
                                + counter + "--) ",
                        block(index));
            case 3 -> {
                String limit =
                        integers.isEmpty() ? "3" : "(" + scope.pick(integers).name() + " & 7)";
                body.add(
                        label + ": for (int " + counter + " = 0; " + counter + " < " + limit + "; " + counter + "++) ",
                        block(index));
            }
            default -> {
                String limit = known.isEmpty() ? "4" : scope.pick(known).name() + ".length";
                body.add(
                        label + ": for (int " + counter + " = 0; " + counter + " < " + limit + "; " + counter + "++) ",
                        block(index));
            }
        }
        loops.removeLast();
        expressions.mayCall = loops.size() < 2;
    }

    private void branch(Node.Body body) {
        String head = "if (" + expressions.condition(2) + ") ";
        if (scope.chance(50)) {
            body.add(head, block());
        } else {
            body.add(head, block(), " else ", block());
        }
    }

    private void choice(Node.Body body) {
        List<Variable> integers = scope.variables("int");
        String selector = integers.isEmpty()
                ? "(int) Math.floor(4 * Math.tanh(" + expressions.leaf() + "))"
                : scope.pick(integers).name();
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
