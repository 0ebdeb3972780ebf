package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.List;

/**
 * Lists of numbers and of {@link Support.Body bodies}, maps, queues and {@link Support.Holder holders}: boxed numbers that move between them,
 * bodies that several hold, iteration, streams and sorting. They stay short, also in loops.
 */
final class SmoothContainers extends SmoothValues {
    private static final String NUMBERS = "List<Double>";
    private static final String BODIES = "List<Body>";
    private static final String TABLE = "Map<Integer, Double>";
    private static final String QUEUE = "Deque<Double>";
    private static final String HOLDER = "Holder<Double>";
    private static final List<String> TYPES = List.of(NUMBERS, NUMBERS, BODIES, TABLE, QUEUE, HOLDER);
    private static final int LONGEST = 6;

    SmoothContainers(SmoothScope scope, SmoothExpressions expressions, SmoothObjects objects) {
        super(scope, expressions, objects, TYPES, 30);
    }

    @Override
    public String created(String type) {
        return switch (type) {
            case NUMBERS ->
                scope.pick(List.of(
                        "new ArrayList<>(List.of(" + expressions.leaf() + ", " + expressions.leaf() + "))",
                        "new ArrayList<Double>()",
                        "new LinkedList<>(List.of(" + expressions.leaf() + "))"));
            case BODIES -> "new ArrayList<>(List.of(" + objects.body() + "))";
            case TABLE ->
                scope.pick(List.of(
                        "new HashMap<>(Map.of(1, " + expressions.leaf() + "))", "new TreeMap<Integer, Double>()"));
            case QUEUE -> "new ArrayDeque<>(List.of(" + expressions.leaf() + "))";
            default -> "new Holder<>(" + expressions.leaf() + ")";
        };
    }

    @Override
    String number(String type, String name) {
        return switch (type) {
            case NUMBERS -> {
                Variable parameter = new Variable(scope.name("p"), "double", false, true);
                yield switch (scope.nextInt(6)) {
                    case 0 ->
                        name + ".stream().mapToDouble(" + parameter.name() + " -> "
                                + scope.inLambda(parameter, () -> expressions.expression(1)) + ").sum()";
                    case 1 -> "(" + name + ".contains(0.5) ? 1.0 : 0.25 * " + name + ".size())";
                    default -> orElse(name + ".isEmpty()", name + ".get(" + within(name) + ")");
                };
            }
            case BODIES -> orElse(name + ".isEmpty()", name + ".get(" + within(name) + ")" + member());
            case TABLE -> name + ".getOrDefault(" + key() + ", " + expressions.leaf() + ")";
            case QUEUE ->
                orElse(name + ".isEmpty()", name + scope.pick(List.of(".peekFirst()", ".peekLast()", ".pollFirst()")));
            default -> name + scope.pick(List.of(".value", ".swap(" + expressions.leaf() + ")"));
        };
    }

    private String orElse(String isEmpty, String number) {
        return "(" + isEmpty + " ? " + scope.nextInt(-8, 8) / 4.0 + " : " + number + ")";
    }

    private String within(String list) {
        return scope.nextInt(4) + " % " + list + ".size()";
    }

    private String key() {
        return scope.chance(60) ? "" + scope.nextInt(4) : "(" + expressions.integer() + " & 3)";
    }

    private String member() {
        return scope.pick(List.of(".x", ".speed", ".mass", ".energy()", ".track[0]"));
    }

    @Override
    void statement(Node.Body into, String type, String name) {
        switch (type) {
            case NUMBERS -> numbers(into, name);
            case BODIES -> bodies(into, name);
            case TABLE -> table(into, name);
            case QUEUE ->
                into.add("if (" + name + ".size() < " + LONGEST + ") " + name
                        + scope.pick(List.of(".addFirst(", ".addLast(", ".push(")) + expressions.expression(2) + ");");
            default -> into.add(name + ".value = " + expressions.expression(2) + ";");
        }
    }

    private void numbers(Node.Body into, String name) {
        String value = expressions.expression(2);
        String room = "if (" + name + ".size() < " + LONGEST + ") ";
        switch (scope.nextInt(9)) {
            case 0, 1 -> into.add(room + name + ".add(" + value + ");");
            case 2 -> into.add(room + name + ".add(0, " + value + ");");
            case 3 -> into.add("if (!" + name + ".isEmpty()) " + name + ".set(" + within(name) + ", " + value + ");");
            case 4 -> into.add("if (" + name + ".size() > 1) " + name + ".remove(" + within(name) + ");");
            case 5 -> {
                Variable parameter = new Variable(scope.name("p"), "double", false, true);
                into.add(name + ".replaceAll(" + parameter.name() + " -> "
                        + scope.inLambda(parameter, () -> expressions.expression(1)) + ");");
            }
            case 6 ->
                into.add(scope.pick(List.of(
                        name + ".sort(null);",
                        "Collections.reverse(" + name + ");",
                        "Collections.sort(" + name + ");")));
            case 7 -> {
                String other = scope.pick(scope.variables(NUMBERS)).name();
                into.add("if (" + name + ".size() + " + other + ".size() < " + LONGEST + ") " + name + ".addAll("
                        + other + ");");
            }
            default -> sum(into, name);
        }
    }

    private void bodies(Node.Body into, String name) {
        switch (scope.nextInt(5)) {
            case 0, 1 ->
                into.add("if (" + name + ".size() < " + LONGEST + ") " + name + ".add(" + objects.body() + ");");
            case 2 ->
                into.add("if (!" + name + ".isEmpty()) "
                        + expressions.update(
                                name + ".get(" + within(name) + ")" + scope.pick(List.of(".x", ".speed")), "double"));
            case 3 ->
                into.add(
                        "if (!" + name + ".isEmpty()) " + name + ".set(" + within(name) + ", " + objects.body() + ");");
            default -> {
                String element = scope.name("b");
                into.add("for (Body " + element + " : " + name + ") " + element + ".step(" + expressions.expression(1)
                        + ");");
            }
        }
    }

    private void table(Node.Body into, String name) {
        String key = key();
        String value = expressions.expression(2);
        switch (scope.nextInt(5)) {
            case 0, 1 -> into.add(name + ".put(" + key + ", " + value + ");");
            case 2 -> {
                String one = scope.name("p");
                String other = scope.name("q");
                into.add(name + ".merge(" + key + ", " + value + ", (" + one + ", " + other + ") -> Math.sin(" + one
                        + ") + 0.5 * " + other + ");");
            }
            case 3 -> into.add(name + ".remove(" + key + ");");
            default -> sum(into, name + ".values()");
        }
    }

    /** Goes through the numbers. */
    private void sum(Node.Body into, String numbers) {
        String total = scope.name("w");
        String element = scope.name("e");
        into.add("double " + total + " = 0;");
        Node.Body inside = scope.within(List.of(new Variable(element, "double", false, false)), () -> {
            Node.Body made = new Node.Body();
            made.add(total + " = 0.5 * " + total + " + " + expressions.expression(1) + ";");
            return made;
        });
        into.add("for (double " + element + " : " + numbers + ") ", inside);
        scope.add(new Variable(total, "double", true, false));
    }
}
