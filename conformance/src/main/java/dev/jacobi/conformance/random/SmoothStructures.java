package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.List;

/**
 * Linked structures, which grow at any place and are gone through by loops and recursion; {@link Support.Particle particles}, whose methods
 * call those of their superclass; {@link Support.Sample samples}, records that hold arrays and each other; and lists of arrays.
 */
final class SmoothStructures extends SmoothValues {
    private static final String LINK = "Link";
    private static final String PARTICLE = "Particle";
    private static final String SAMPLE = "Sample";
    private static final String ROWS = "List<double[]>";
    private static final List<String> TYPES = List.of(LINK, PARTICLE, SAMPLE, ROWS);

    SmoothStructures(SmoothScope scope, SmoothExpressions expressions, SmoothObjects objects) {
        super(scope, expressions, objects, TYPES, 35);
    }

    @Override
    public String created(String type) {
        return switch (type) {
            case LINK -> link();
            case PARTICLE -> particle();
            case SAMPLE -> sample();
            default -> "new ArrayList<>(List.of(" + objects.array() + "))";
        };
    }

    /** Ends somewhere: what a link leads to is made before it, and put in front of what is there. */
    private String link() {
        List<Variable> known = scope.variables(LINK);
        String rest = known.isEmpty() || scope.chance(40)
                ? scope.pick(List.of("null", "new Link(" + expressions.leaf() + ", null)"))
                : scope.pick(known).name();
        return "new Link(" + expressions.expression(1) + ", " + rest + ")";
    }

    private String particle() {
        List<Variable> known = scope.variables(PARTICLE);
        return switch (scope.nextInt(known.isEmpty() ? 3 : 4)) {
            case 0 -> "new Particle(" + expressions.leaf() + ")";
            case 1 -> "new Heavy(" + expressions.leaf() + ", " + objects.array() + ")";
            case 2 -> "new Pinned(" + expressions.leaf() + ", " + expressions.expression(1) + ")";
            default ->
                "(" + expressions.condition(1) + " ? " + scope.pick(known).name() + " : "
                        + scope.pick(known).name() + ")";
        };
    }

    private String sample() {
        List<Variable> known = scope.variables(SAMPLE);
        String inner =
                known.isEmpty() || scope.chance(40) ? "null" : scope.pick(known).name();
        return "new Sample(" + expressions.expression(1) + ", " + objects.array() + ", " + inner + ")";
    }

    @Override
    String number(String type, String name) {
        return switch (type) {
            case LINK -> name + scope.pick(List.of(".value", ".total()", ".product(0.5)", ".last().value"));
            case PARTICLE ->
                name
                        + scope.pick(List.of(
                                ".charge", ".force(" + expressions.leaf() + ")", ".twice(" + expressions.leaf() + ")"));
            case SAMPLE ->
                name + scope.pick(List.of(".weight()", ".mean()", ".deep()", ".at(" + expressions.integer() + ")"));
            default -> "Support.first(" + name + ", " + expressions.integer() + ")";
        };
    }

    @Override
    void statement(Node.Body into, String type, String name) {
        switch (type) {
            case LINK -> links(into, name);
            case PARTICLE ->
                into.add(
                        scope.chance(50)
                                ? expressions.update(name + ".charge", "double")
                                : name + ".hit(" + expressions.expression(1) + ");");
            case SAMPLE ->
                scope.declare(
                        into,
                        SAMPLE,
                        name
                                + scope.pick(List.of(
                                        ".scaled(" + expressions.leaf() + ")", ".with(" + objects.array() + ")")));
            default -> rows(into, name);
        }
    }

    private void links(Node.Body into, String name) {
        switch (scope.nextInt(4)) {
            case 0 -> into.add(name + ".insert(" + expressions.expression(2) + ");");
            case 1 -> into.add(expressions.update(name + ".last().value", "double"));
            case 2 -> into.add(name + ".dropNext();");
            default -> {
                String each = scope.name("l");
                Node.Body inside = new Node.Body();
                inside.add(expressions.update(each + ".value", "double"));
                into.add(
                        "for (Link " + each + " = " + name + "; " + each + " != null; " + each + " = " + each
                                + ".next) ",
                        inside);
            }
        }
    }

    private void rows(Node.Body into, String name) {
        switch (scope.nextInt(3)) {
            case 0 -> into.add("if (" + name + ".size() < 5) " + name + ".add(" + objects.array() + ");");
            case 1 ->
                into.add(name + ".get(" + scope.nextInt(4) + " % " + name + ".size())[0] = " + expressions.expression(2)
                        + ";");
            default -> {
                String row = scope.name("r");
                into.add("for (double[] " + row + " : " + name + ") " + row + "[" + row + ".length - 1] *= Math.cos("
                        + expressions.expression(1) + ");");
            }
        }
    }
}
