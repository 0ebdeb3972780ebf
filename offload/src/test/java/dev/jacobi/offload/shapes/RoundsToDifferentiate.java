package dev.jacobi.offload.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes the text of a parallel stream at random whose rounds have loops and conditions in one another, and compute what a derivative needs the steps of. */
public final class RoundsToDifferentiate {
    private static final int MOST_STATEMENTS = 3;
    private static final int DEEPEST = 3;

    private final Random random;
    private final StringBuilder text = new StringBuilder();
    /** Ints that are known here, the index of the stream first. */
    private final List<String> indices = new ArrayList<>(List.of("i"));

    private int names;

    private RoundsToDifferentiate(long seed) {
        this.random = new Random(seed);
    }

    /**
     * A class with {@code static void run(double[] x, double[] y, double[] z, int n, int m)}, for arrays of eight elements at least, positive numbers and small ints.
     *
     * @param parallel whether the stream is; else the same in plain order
     */
    public static String source(String name, long seed, boolean parallel) {
        return new RoundsToDifferentiate(seed).write(name, parallel);
    }

    private String write(String name, boolean parallel) {
        text.append("import java.util.stream.IntStream;\n\nclass ").append(name).append(" {\n");
        text.append("    static void run(double[] x, double[] y, double[] z, int n, int m) {\n");
        String range = switch (random.nextInt(4)) {
            case 0 -> "range(1, n)";
            case 1 -> "rangeClosed(0, n)";
            default -> "range(0, n)";
        };
        text.append("        IntStream.").append(range).append(parallel ? ".parallel()" : "");
        text.append(".forEach(i -> {\n            double s = x[i];\n");
        statements(0, "            ");
        text.append("            y[i] = y[i] * s;\n        });\n    }\n}\n");
        return text.toString();
    }

    private void statements(int depth, String margin) {
        int count = 1 + random.nextInt(MOST_STATEMENTS);
        for (int number = 0; number < count; number++) {
            int kind = random.nextInt(10);
            if (kind < 4 && depth < DEEPEST) {
                loop(depth, margin);
            } else if (kind < 6 && depth < DEEPEST) {
                condition(depth, margin);
            } else {
                line(margin, step());
            }
        }
    }

    private void line(String margin, String code) {
        text.append(margin).append(code).append('\n');
    }

    private String step() {
        return switch (random.nextInt(7)) {
            case 0 -> "s = Math.sin(s * " + element() + ") + 1.1;";
            case 1 -> "s = Math.exp(-s * " + element() + ") + " + element() + ";";
            case 2 -> "s = Math.sqrt(s * s + " + element() + ");";
            case 3 -> "s = s * " + element() + " * 0.5 + 0.2;";
            case 4 -> "s = " + element() + " / (1 + s * s);";
            case 5 -> "s += Math.cos(s) * " + element() + " * 0.3 + 0.4;";
            default -> "s = Math.log(2 + s * " + element() + ");";
        };
    }

    private String element() {
        String array = random.nextInt(3) == 0 ? "x" : "z";
        return array + "[(" + index() + " + " + index() + " + 16) & 7]";
    }

    private String index() {
        return indices.get(random.nextInt(indices.size()));
    }

    private void condition(int depth, String margin) {
        String compared = random.nextInt(3) == 0
                ? index() + " > " + random.nextInt(3)
                : "s > " + (0.3 + 0.1 * random.nextInt(8)) + (random.nextBoolean() ? "" : " + 0.1 * " + element());
        line(margin, "if (" + compared + ") {");
        block(depth, margin);
        if (random.nextBoolean()) {
            line(margin, "} else {");
            block(depth, margin);
        }
        line(margin, "}");
    }

    /** Under conditions mostly without loops, which are refused there. */
    private void block(int depth, String margin) {
        if (random.nextInt(6) == 0) {
            statements(depth + 1, margin + "    ");
        } else {
            line(margin + "    ", step());
        }
    }

    private void loop(int depth, String margin) {
        String index = "j" + names++;
        boolean up = random.nextInt(3) > 0;
        String from = end(false);
        String to = end(true);
        boolean closed = random.nextInt(4) == 0;
        line(
                margin,
                up
                        ? "for (int " + index + " = " + from + "; " + index + (closed ? " <= " : " < ") + to + "; "
                                + index + "++) {"
                        : "for (int " + index + " = " + to + "; " + index + (closed ? " >= " : " > ") + from + "; "
                                + index + "--) {");
        indices.add(index);
        statements(depth + 1, margin + "    ");
        indices.removeLast();
        line(margin, "}");
    }

    private String end(boolean upper) {
        return switch (random.nextInt(9)) {
            case 6 -> upper ? "Math.min(m, " + index() + " + 1)" : "Math.max(" + index() + " - 2, 0)";
            case 7 ->
                upper ? "Math.min(3, n - " + index() + " * 2)" : "Math.max(-1, 1 - " + index() + " * " + index() + ")";
            case 8 -> "Math." + (upper ? "min(1 << 29, " : "max(-1, -") + "(int) (3 * z[" + index() + " & 7]))";
            case 0 -> index();
            case 1 -> index() + (random.nextBoolean() ? " + 1" : " - 1");
            case 2 -> upper ? "m" : "0";
            case 3 -> upper ? "m - " + index() : "1";
            default -> Integer.toString(upper ? 1 + random.nextInt(3) : random.nextInt(2) - 1);
        };
    }
}
