package dev.jacobi.offload.shapes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Parallel loops at random, in one another or over a flat index, each with one place of an array where it leaves its number, or -1 if another round was there before: {@code static void run(int[] a, int n, int m)}. Many steps
 * are just right for the extents, many off by a little.
 */
public final class Places {
    private final Random random;

    private Places(long seed) {
        this.random = new Random(seed);
    }

    /** The text of a class. */
    public static String source(String name, long seed) {
        return "import java.util.stream.*;\n\npublic class " + name
                + " {\n    public static void run(int[] a, int n, int m) {\n" + new Places(seed).loop() + "    }\n}\n";
    }

    /** The same in plain order, with another name. */
    public static String sequential(String text, String name) {
        return text.replace(".parallel()", "").replaceFirst("class \\w+", "class " + name);
    }

    private String pick(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private String extent() {
        return pick("n", "m", "n", "m", "n - 1", "m + 1", "2", "3", "(n + m)");
    }

    private String loop() {
        int depth = 1 + random.nextInt(3);
        boolean flat = depth > 1 && random.nextInt(3) == 0;
        boolean hasInner = random.nextInt(3) == 0;
        List<String> names = new ArrayList<>(List.of("i", "j", "k").subList(0, depth));
        List<String> extents = new ArrayList<>();
        names.forEach(_ -> extents.add(extent()));
        List<String> starts = new ArrayList<>();
        names.forEach(_ -> starts.add(flat ? "0" : pick("0", "0", "0", "1", "n", "-2")));
        List<String> variables = new ArrayList<>(names);
        List<String> sizes = new ArrayList<>(extents);
        String innerStart = pick("0", "0", "1");
        String innerEnd = pick("2", "n", "m", "i", "i + 1");
        if (hasInner) {
            variables.add("r");
            sizes.add(innerEnd.startsWith("i") ? extents.getFirst() : innerEnd);
        }
        String round = flat
                ? "t + 1"
                : "1 + "
                        + String.join(
                                " + 1000 * (",
                                names.stream().map(name -> name + " + 100").toList()) + ")".repeat(depth - 1);
        String place = "int p = 1500 + " + place(variables, sizes) + "; int own = " + round
                + "; a[p] = a[p] == 0 || a[p] == own ? own : -1;";
        if (hasInner) {
            place = "for (int r = " + innerStart + "; r < " + innerEnd + "; r++) { " + place + " }";
        }
        if (flat) {
            String index = "t";
            StringBuilder text = new StringBuilder();
            for (int level = depth - 1; level > 0; level--) {
                text.append("            int " + names.get(level) + " = " + index + " % " + extents.get(level) + ";\n");
                index = index + " / " + extents.get(level);
            }
            text.append("            int i = " + index + ";\n            " + place + "\n");
            String all = String.join(
                    " * ", extents.stream().map(extent -> "(" + extent + ")").toList());
            return "        IntStream.range(0, " + all + ").parallel().forEach(t -> {\n"
                    + text.toString().replaceAll("([%/]) ((n - 1)|(m \\+ 1))", "$1 ($2)") + "        });\n";
        }
        String text = place;
        for (int level = depth - 1; level >= 0; level--) {
            text = "IntStream.range(" + starts.get(level) + ", " + starts.get(level) + " + " + extents.get(level)
                    + ").parallel().forEach(" + names.get(level) + " -> { " + text + " });";
        }
        return "        " + text + "\n";
    }

    /** By steps of which each is the product of the extents before it, or something else. */
    private String place(List<String> variables, List<String> sizes) {
        List<Integer> order = new ArrayList<>();
        for (int variable = 0; variable < variables.size(); variable++) {
            order.add(variable);
        }
        Collections.shuffle(order, random);
        StringBuilder place = new StringBuilder();
        String step = "1";
        for (int variable : order) {
            String used = switch (random.nextInt(10)) {
                case 0 -> "(" + step + " - 1)";
                case 1 -> pick("n", "m", "2", "7", "(n * m)");
                case 2 -> "(" + step + " + 1)";
                default -> step;
            };
            if (random.nextInt(12) > 0) {
                place.append(place.isEmpty() ? "" : random.nextInt(6) == 0 ? " - " : " + ");
                place.append(variables.get(variable)).append(" * ").append(used);
            }
            step = step + " * (" + sizes.get(variable) + ")";
        }
        return place.isEmpty() ? "0" : place + pick("", "", " + 1", " - n");
    }
}
