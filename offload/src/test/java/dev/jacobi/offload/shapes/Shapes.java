package dev.jacobi.offload.shapes;

import dev.jacobi.offload.shapes.Expressions.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A class with a method of several parallel loops, one after the other, and host code between them that reads and writes the same arrays.
 *
 * <p>Its method is {@code static long run(int[] a, int[] b, long[] l, double[] x, double[] y, float[] f, byte[] e, short[] s, char[] c, boolean[] z)}; the arrays have {@link #LENGTH} elements.
 */
public final class Shapes {
    public static final int LENGTH = 30;

    private static final int ROWS = 5;
    private static final List<String> PARAMETERS = List.of(
            "int[] a",
            "int[] b",
            "long[] l",
            "double[] x",
            "double[] y",
            "float[] f",
            "byte[] e",
            "short[] s",
            "char[] c",
            "boolean[] z");

    private record Variable(String type, String name) {}

    private final Random random;
    private final Expressions expressions;
    private final boolean dependent;
    private final StringBuilder text = new StringBuilder();
    private final List<Variable> arrays = new ArrayList<>();
    /** Ints that lambdas may capture. */
    private final List<String> ints = new ArrayList<>();

    private int names;
    private int loops;

    /** @param dependent whether a loop reads what other rounds may write, so that it should be refused */
    private Shapes(long seed, boolean dependent) {
        this.random = new Random(seed);
        this.expressions = new Expressions(random);
        this.dependent = dependent;
    }

    /** The text of a class. */
    public record Source(String text, int loops) {
        /** The same in plain order, with another name. */
        public String sequential(String name, String other) {
            return text.replace(".parallel()", "")
                    .replace("Arrays.parallelSetAll", "Arrays.setAll")
                    .replace("class " + name, "class " + other);
        }
    }

    public static Source source(String name, long seed, boolean dependent) {
        return new Shapes(seed, dependent).write(name);
    }

    private Source write(String name) {
        for (String parameter : PARAMETERS) {
            int space = parameter.indexOf(' ');
            arrays.add(new Variable(parameter.substring(0, space - 2), parameter.substring(space + 1)));
        }
        int count = dependent ? 1 : 5;
        while (loops < count) {
            if (dependent) {
                forEach("        ");
            } else {
                segment("        ");
            }
        }
        return new Source(
                "import java.util.Arrays;\nimport java.util.stream.*;\n\npublic class " + name
                        + " {\n    public static long run("
                        + String.join(", ", PARAMETERS) + ") {\n        int n = a.length;\n        int m = " + ROWS
                        + ";\n        long result = 0;\n" + text + "        return result;\n    }\n}\n",
                loops);
    }

    private String fresh(String stem) {
        return stem + names++;
    }

    private void line(String indent, String line) {
        text.append(indent).append(line).append('\n');
    }

    private Variable array() {
        return arrays.get(random.nextInt(arrays.size()));
    }

    private Variable array(String type) {
        List<Variable> of =
                arrays.stream().filter(each -> each.type().equals(type)).toList();
        return of.get(random.nextInt(of.size()));
    }

    private void segment(String indent) {
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> forEach(indent);
            case 4 -> rows(indent);
            case 5, 6 -> toArray(indent);
            case 7, 8 -> reduction(indent);
            case 9 -> setAll(indent);
            case 10 -> {
                String k = fresh("k");
                line(indent, "for (int " + k + "0 = 0; " + k + "0 < 3; " + k + "0++) {");
                line(indent, "    int " + k + " = " + k + "0;");
                int known = ints.size();
                int knownArrays = arrays.size();
                ints.add(k);
                forEach(indent + "    ");
                host(indent + "    ");
                leave(known, knownArrays);
                line(indent, "}");
            }
            case 11 -> {
                int known = ints.size();
                int knownArrays = arrays.size();
                line(indent, "if ((result & 1) == " + random.nextInt(2) + ") {");
                forEach(indent + "    ");
                leave(known, knownArrays);
                line(indent, "} else {");
                host(indent + "    ");
                line(indent, "}");
            }
            default -> {}
        }
        if (random.nextInt(3) == 0) {
            host(indent);
        }
    }

    private void leave(int known, int knownArrays) {
        ints.subList(known, ints.size()).clear();
        arrays.subList(knownArrays, arrays.size()).clear();
    }

    /** Host code, which touches arrays. */
    private void host(String indent) {
        Variable one = array();
        String at = one.name() + "[" + random.nextInt(LENGTH) + "]";
        switch (random.nextInt(6)) {
            case 0 -> line(indent, "result = 31 * result + " + number(one, at) + ";");
            case 1 -> line(indent, at + " = " + expressions.of(one.type(), scope("2", null, false), 1) + ";");
            case 2 -> {
                String k = fresh("k");
                line(
                        indent,
                        "for (int " + k + " = " + random.nextInt(3) + "; " + k + " < " + (5 + random.nextInt(20)) + "; "
                                + k + "++) {");
                Variable other = array();
                line(indent, "    result += " + number(other, other.name() + "[" + k + "]") + ";");
                if (random.nextBoolean()) {
                    line(indent, "    if ((result & " + (random.nextBoolean() ? 3 : 0) + ") == 0) {");
                    line(indent, "        " + one.name() + "[" + k + " + 1] = " + one.name() + "[" + k + "];");
                    line(indent, "    }");
                }
                line(indent, "}");
            }
            case 3 -> line(indent, "Arrays.fill(" + one.name() + ", 3, 9, " + at + ");");
            case 4 -> {
                Variable other = array(one.type());
                line(indent, "System.arraycopy(" + one.name() + ", 2, " + other.name() + ", 5, 7);");
            }
            default -> {
                line(indent, "try {");
                line(indent, "    result += 100 / (" + number(one, at) + " & 1) + " + number(one, at) + ";");
                line(indent, "} catch (ArithmeticException error) {");
                line(indent, "    " + at + " = " + one.name() + "[0];");
                line(indent, "}");
            }
        }
    }

    private static String number(Variable array, String element) {
        return array.type().equals("boolean") ? "(" + element + " ? 1 : 0)" : "(long) " + element;
    }

    /**
     * What the body of a loop may use.
     *
     * @param index an expression within the bounds of all arrays
     * @param written the array that the loop writes at just this index, or null; it is read there only
     */
    private Scope scope(String index, String written, boolean others) {
        List<String> intReads = new ArrayList<>(List.of(index, index));
        List<String> longReads = new ArrayList<>(List.of("5L"));
        List<String> doubleReads = new ArrayList<>(List.of("0.75"));
        intReads.addAll(ints);
        for (Variable array : arrays) {
            boolean own = array.name().equals(written);
            String at = own || !others
                    ? index
                    : switch (random.nextInt(6)) {
                        case 0 -> "n - 1 - (" + index + ")";
                        case 1 -> "((" + index + ") * 7 + 3) % n";
                        case 2 -> "a".equals(written) ? "3" : "(a[" + index + "] & 15)";
                        case 3 -> "" + random.nextInt(LENGTH);
                        default -> index;
                    };
            String read = array.name() + "[" + at + "]";
            switch (array.type()) {
                case "int", "byte", "short", "char" -> intReads.add(read);
                case "boolean" -> intReads.add("(" + read + " ? 1 : 2)");
                case "long" -> longReads.add(read);
                default -> doubleReads.add(read);
            }
        }
        return new Scope(intReads, longReads, doubleReads);
    }

    private void forEach(String indent) {
        loops++;
        Variable target = array();
        String i = fresh("i");
        record Range(String text, String index) {}
        int k = random.nextInt(5);
        Range range = switch (random.nextInt(10)) {
            case 0 -> new Range("IntStream.range(" + k + ", n - 2)", i);
            case 1 -> new Range("IntStream.rangeClosed(" + k + ", n - 3)", i);
            case 2 -> new Range("IntStream.range(0, n - " + k + ")", i + " + " + k);
            case 3 -> new Range("IntStream.range(" + k + ", n)", i + " - " + k);
            case 4 -> new Range("IntStream.range(0, n)", "n - 1 - " + i);
            case 5 -> new Range("IntStream.range(0, n / 2)", "2 * " + i + (random.nextBoolean() ? " + 1" : ""));
            case 6 -> new Range("IntStream.range(0, n - " + k + ").map(" + i + " -> " + i + " + " + k + ")", i);
            case 7 -> new Range("IntStream.range(-n, 0)", i + " + n");
            default -> new Range("IntStream.range(0, n)", i);
        };
        if (random.nextInt(25) == 0) {
            range = new Range("IntStream.range(0, n + 1)", i);
        }
        String filter = random.nextInt(4) == 0
                ? ".filter(" + i + " -> " + expressions.condition(scope(range.index(), target.name(), true), 1) + ")"
                : "";
        String at = target.name() + "[" + range.index() + "]";
        Scope scope = scope(range.index(), target.name(), true);
        if (dependent) {
            String other = target.name() + "["
                    + expressions.pick("Math.max(0, " + i + " - 1)", "n / 2", "(" + i + " + 3) % n", "n - 1 - " + i)
                    + "]";
            line(
                    indent,
                    range.text() + ".parallel()" + filter + ".forEach(" + i + " -> " + at + " = "
                            + (target.type().equals("boolean")
                                    ? "!" + other
                                    : "(" + target.type() + ") (" + other + " + 1)")
                            + ");");
            return;
        }
        line(indent, range.text() + ".parallel()" + filter + ".forEach(" + i + " -> {");
        body(indent + "    ", target, at, scope);
        line(indent, "});");
    }

    private void body(String indent, Variable target, String at, Scope scope) {
        String value = expressions.of(target.type(), scope, 2);
        switch (random.nextInt(7)) {
            case 0 -> {
                line(indent, "if (" + expressions.condition(scope, 1) + ") {");
                line(indent, "    " + at + " = " + value + ";");
                line(indent, "}");
            }
            case 1 -> {
                line(indent, "int sum = 0;");
                line(indent, "for (int k = 0; k < 4; k++) {");
                line(indent, "    sum = sum * 3 + k * (" + expressions.ofInt(scope, 1) + ");");
                line(indent, "    if (sum > 1000000) {");
                line(indent, "        break;");
                line(indent, "    }");
                line(indent, "}");
                line(indent, at + " = " + cast(target, "sum") + ";");
            }
            case 2 -> {
                line(indent, "double[] own = new double[4];");
                line(indent, "for (int k = 0; k < 4; k++) {");
                line(indent, "    own[k] = k + (" + expressions.ofDouble(scope, 1) + ");");
                line(indent, "}");
                line(indent, at + " = " + cast(target, "own[(" + expressions.ofInt(scope, 1) + ") & 3]") + ";");
            }
            case 3 -> {
                if (random.nextInt(6) == 0) {
                    line(indent, "if (100 / (" + expressions.ofInt(scope, 1) + ") == 77) {");
                    line(indent, "    return;");
                    line(indent, "}");
                }
                line(indent, at + " = " + value + ";");
            }
            default -> line(indent, at + " = " + value + ";");
        }
    }

    private static String cast(Variable target, String number) {
        return target.type().equals("boolean") ? number + " > 0.5" : "(" + target.type() + ") (" + number + ")";
    }

    /** A loop over rows, each with a loop over its elements. */
    private void rows(String indent) {
        loops++;
        Variable target = array();
        String i = fresh("i");
        String j = fresh("j");
        String index = i + " * m + " + j;
        Scope scope = scope(index, target.name(), true);
        scope.ints().add(j);
        String at = target.name() + "[" + index + "]";
        String value = expressions.of(target.type(), scope, 2);
        String rows = "IntStream.range(0, n / m).parallel().forEach(" + i + " -> ";
        switch (random.nextInt(3)) {
            case 0 ->
                line(
                        indent,
                        rows + "IntStream.range(0, m).parallel().forEach(" + j + " -> " + at + " = " + value + "));");
            case 1 -> line(indent, rows + "IntStream.range(0, m).forEach(" + j + " -> " + at + " = " + value + "));");
            default -> {
                line(indent, rows + "{");
                line(indent, "    for (int " + j + " = 0; " + j + " < m; " + j + "++) {");
                line(indent, "        " + at + " = " + value + ";");
                line(indent, "    }");
                line(indent, "});");
            }
        }
    }

    private void setAll(String indent) {
        Variable target = array(expressions.pick("int", "long", "double"));
        loops++;
        String i = fresh("i");
        line(
                indent,
                "Arrays.parallelSetAll(" + target.name() + ", " + i + " -> "
                        + expressions.of(target.type(), scope(i, target.name(), true), 2) + ");");
    }

    /** A stream over an array, up to its end; the variable of its elements has the type of the stream. */
    private record Chain(String text, String type) {}

    private Chain chain() {
        String type = expressions.pick("int", "long", "double");
        Variable source = array(type);
        StringBuilder chain = new StringBuilder("Arrays.stream(" + source.name() + ").parallel()");
        if (random.nextInt(3) == 0) {
            String i = fresh("i");
            chain.setLength(0);
            chain.append("IntStream.range(0, n).parallel().mapTo")
                    .append(
                            type.equals("int")
                                    ? "Obj(" + i + " -> " + source.name() + "[" + i + "]).mapToInt(v -> v)"
                                    : Character.toUpperCase(type.charAt(0)) + type.substring(1) + "(" + i + " -> "
                                            + source.name() + "[n - 1 - " + i + "])");
        }
        int length = random.nextInt(4);
        for (int stage = 0; stage < length; stage++) {
            String v = fresh("v");
            Scope scope = new Scope(
                    List.of(type.equals("int") ? v : "(int) " + v, "3"),
                    List.of("(long) " + v, "7L"),
                    List.of("(double) " + v, "0.5"));
            switch (random.nextInt(5)) {
                case 0, 1 -> chain.append(".map(" + v + " -> " + expressions.of(type, scope, 2) + ")");
                case 2 -> {
                    String to = expressions.pick("int", "long", "double");
                    if (!to.equals(type)) {
                        chain.append(".mapTo" + Character.toUpperCase(to.charAt(0)) + to.substring(1) + "(" + v + " -> "
                                + expressions.of(to, scope, 1) + ")");
                        type = to;
                    }
                }
                case 3 -> {
                    if (type.equals("int")) {
                        type = expressions.pick("long", "double");
                        chain.append(type.equals("long") ? ".asLongStream()" : ".asDoubleStream()");
                    }
                }
                default ->
                    chain.append(".boxed().mapTo" + Character.toUpperCase(type.charAt(0)) + type.substring(1) + "(" + v
                            + " -> " + v + ")");
            }
        }
        return new Chain(chain.toString(), type);
    }

    private void toArray(String indent) {
        loops++;
        Chain chain = chain();
        String name = fresh("t");
        line(indent, chain.type() + "[] " + name + " = " + chain.text() + ".toArray();");
        arrays.add(new Variable(chain.type(), name));
    }

    /** Sums of doubles are of whole numbers, so that no order gives other bits. */
    private void reduction(String indent) {
        loops++;
        Chain chain = chain();
        String v = fresh("v");
        String name = fresh("r");
        String filter = random.nextInt(3) == 0
                ? ".filter(" + v + " -> " + v + expressions.pick(" > 1", " < 5", " != 3") + ")"
                : "";
        String start = chain.text() + filter;
        String zero = chain.type().equals("int") ? "17" : chain.type().equals("long") ? "17L" : "17.5";
        String value = switch (random.nextInt(6)) {
            case 0 -> start + ".max().orElse(" + zero + ")";
            case 1 -> start + ".min().orElse(" + zero + ")";
            case 2 -> start + ".count()";
            case 3 ->
                chain.type().equals("double")
                        ? start + ".map(" + v + " -> (double) ((long) " + v + " & 1023)).average().orElse(-1)"
                        : start + ".map(" + v + " -> " + v + " & 1023).average().orElse(-1)";
            case 4 ->
                chain.type().equals("double")
                        ? start + ".reduce(Double.NEGATIVE_INFINITY, Math::max)"
                        : start + ".reduce(0, (p, q) -> p ^ q)";
            default ->
                chain.type().equals("double")
                        ? start + ".map(" + v + " -> (double) ((long) " + v + " & 1023)).sum()"
                        : start + ".sum()";
        };
        line(indent, "int " + name + " = (int) (" + value + ");");
        line(indent, "result = 31 * result + " + name + ";");
        ints.add(name);
    }
}
