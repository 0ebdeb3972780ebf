package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link SmoothGenerator} does with objects: {@link Support.Body bodies} with mutable and final fields, which may share an array, and
 * {@link Support.Curve curves}, which are called through their interface. They are held in variables and arrays, and one object or array
 * is known by several names, some of which depend on data.
 */
final class SmoothObjects {
    static final String BODY = "Body";
    static final String BODIES = "Body[]";
    static final String CURVE = "Curve";

    private final SmoothGenerator generator;

    SmoothObjects(SmoothGenerator generator) {
        this.generator = generator;
    }

    /** A number that an object holds or computes, or null if there is none in scope. */
    String number(int depth) {
        List<String> bodies = bodies();
        List<Variable> curves = generator.variables(CURVE);
        if (!curves.isEmpty() && (bodies.isEmpty() || generator.chance(40))) {
            return generator.pick(curves).name() + ".at(" + generator.expression(depth - 1) + ")";
        }
        if (bodies.isEmpty()) {
            return null;
        }
        String body = generator.pick(bodies);
        return body
                + generator.pick(List.of(
                        ".x",
                        ".x",
                        ".speed",
                        ".mass",
                        ".energy()",
                        ".track[" + generator.index(body + ".track") + "]"));
    }

    /** The ways to a body. */
    private List<String> bodies() {
        List<String> found = new ArrayList<>();
        for (Variable body : generator.variables(BODY)) {
            found.add(body.name());
        }
        for (Variable array : generator.variables(BODIES)) {
            found.add(array.name() + "[" + generator.index(array.name()) + "]");
        }
        return found;
    }

    void statement(Node.Body into) {
        List<String> bodies = bodies();
        if (bodies.isEmpty() || generator.chance(35)) {
            declare(into);
            return;
        }
        String body = generator.pick(bodies);
        switch (generator.nextInt(5)) {
            case 0, 1 -> generator.update(into, body + generator.pick(List.of(".x", ".speed")), "double");
            case 2 -> into.add(body + ".step(" + generator.expression(2) + ");");
            case 3 -> into.add(body + ".track = " + array() + ";");
            default -> {
                List<Variable> arrays = generator.variables(BODIES);
                if (arrays.isEmpty()) {
                    into.add(body + ".step(" + generator.expression(1) + ");");
                } else {
                    String array = generator.pick(arrays).name();
                    into.add(array + "[" + generator.index(array) + "] = " + body + ";");
                }
            }
        }
    }

    private void declare(Node.Body into) {
        String type = generator.pick(List.of(BODY, BODY, BODIES, CURVE));
        String value = switch (type) {
            case BODY -> body();
            case BODIES -> {
                List<String> elements = new ArrayList<>();
                for (int i = generator.nextInt(4); i >= 0; i--) {
                    elements.add(body());
                }
                yield "{" + String.join(", ", elements) + "}";
            }
            default -> curve();
        };
        generator.declare(into, type, value);
    }

    /** A body, new or known. */
    private String body() {
        List<String> known = bodies();
        if (known.isEmpty() || generator.chance(50)) {
            return "new Body(" + generator.expression(1) + ", " + generator.leaf() + ", " + array() + ")";
        }
        return generator.chance(60)
                ? generator.pick(known)
                : "(" + generator.condition(1) + " ? " + generator.pick(known) + " : " + generator.pick(known) + ")";
    }

    private String curve() {
        List<Variable> known = generator.variables(CURVE);
        String line = "new Line(" + generator.leaf() + ", " + generator.expression(1) + ")";
        return switch (generator.nextInt(known.isEmpty() ? 3 : 5)) {
            case 0 -> line;
            case 1 -> "new Wave(" + generator.leaf() + ", " + body() + ")";
            case 2 ->
                "(" + generator.condition(1) + " ? " + line + " : new Wave(" + generator.leaf() + ", " + body() + "))";
            case 3 -> "new Blend(" + generator.pick(known).name() + ", " + line + ", " + generator.leaf() + ")";
            default ->
                "(" + generator.condition(1) + " ? " + generator.pick(known).name() + " : "
                        + generator.pick(known).name() + ")";
        };
    }

    /** An array, new or known by another name too. */
    private String array() {
        List<Variable> known = generator.variables("double[]");
        return known.isEmpty() || generator.chance(40)
                ? "new double[] {" + generator.leaf() + ", " + generator.leaf() + "}"
                : generator.pick(known).name();
    }
}
