package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Text and output of numbers that carry derivatives: made once, without a derivative, and never read as numbers again. */
class TextTest extends GroupTest {
    private static final List<String> LINES = new ArrayList<>();
    private static final Logger LOG = Logger.getAnonymousLogger();

    static {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                LINES.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private static void note(String line) {
        LINES.add(line);
    }

    @Case("[0.7, 1.3, -0.4]")
    static double concatenationInALoop(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            note("x[" + i + "] = " + x[i] + ", sum " + (float) sum);
            sum += x[i] * x[i];
        }
        return sum;
    }

    @Case("[0.7, 1.3, -0.4]")
    static double builder(double[] x) {
        StringBuilder text = new StringBuilder(16).append("v ");
        for (double v : x) {
            text.append(v).append((float) v).append(',').insert(0, v);
        }
        note(text.reverse().toString());
        return x[0] * x[1] * (text.length() > 3 ? x[2] : 1);
    }

    @Case("[0.7, 1.3, -0.4]")
    static double formats(double[] x) {
        note(String.format(Locale.ROOT, "%.3f %s %d", x[0], x[1] * x[2], x.length));
        note("%s %e".formatted(x[0], x[2]) + String.valueOf(x[1]) + Double.toString(x[2]) + Arrays.toString(x));
        return x[0] * x[1] * x[2];
    }

    @Case("1.3; 0.6")
    static double boxes(double x, double y) {
        Double product = x * y;
        Object same = product;
        note(product.toString() + product + same);
        return product * y;
    }

    @Case("[0.7, 1.3, -0.4]")
    static double collections(double[] x) {
        List<Double> squares = new ArrayList<>();
        Map<String, Double> named = new TreeMap<>();
        for (double v : x) {
            squares.add(v * v);
            named.put("at " + v, v * x[0]);
        }
        note(squares + " " + named);
        double sum = 0;
        for (Map.Entry<String, Double> entry : named.entrySet()) {
            note(entry.getKey() + "=" + entry.getValue());
            sum += entry.getValue() * squares.get(1);
        }
        return sum;
    }

    record Point(double x, double y) {}

    record Named(Point at, String name, double[] more) {}

    @Case("1.3; 0.6")
    static double records(double x, double y) {
        Named named = new Named(new Point(x, x * y), "n", new double[] {y});
        note(named.at() + " " + String.valueOf(named.at()));
        note("" + named.name() + named.more()[0]);
        return named.at().x() * named.at().y() * named.more()[0];
    }

    /** Counts how often it is written as text. */
    static final class Counter {
        private double value;
        private int times;

        Counter(double value) {
            this.value = value;
        }

        @Override
        public String toString() {
            times++;
            value *= 1.5;
            return "Counter " + value;
        }
    }

    @Case("1.3; 0.6")
    static double textThatChangesItsObject(double x, double y) {
        Counter counter = new Counter(x * y);
        for (int i = 0; i < 3; i++) {
            note("now " + counter);
        }
        return counter.value * counter.times * y;
    }

    sealed interface Shape permits Circle, Rectangle {}

    record Circle(double radius) implements Shape {}

    record Rectangle(double width, double height) implements Shape {}

    @Case("1.3; 0.6")
    @Case("-1.3; 0.6")
    static double textOfOneOfSeveralClasses(double x, double y) {
        Shape shape = x > 0 ? new Circle(x * y) : new Rectangle(x, y);
        note("a " + shape);
        return switch (shape) {
            case Circle circle -> circle.radius() * circle.radius();
            case Rectangle rectangle -> rectangle.width() * rectangle.height();
        };
    }

    @Case("1.3; 0.6")
    static double logs(double x, double y) {
        double product = x * y;
        LOG.info("product " + product);
        LOG.info(() -> "again " + product);
        LOG.log(java.util.logging.Level.INFO, "with {0}", product);
        return product * y;
    }

    @Case("1.3; 0.6")
    static double writer(double x, double y) {
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
            writer.println(x);
            writer.printf("%s%n", x * y);
        }
        note(text.toString());
        return x * y;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double switchOnText(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += switch (Double.toString(v).substring(0, 1)) {
                case "-" -> v * v;
                case "0" -> 3 * v;
                default -> v * x[0];
            };
        }
        return sum;
    }

    @Case("1.3; 0.6")
    static double recordsAreCompared(double x, double y) {
        Point one = new Point(x, y);
        Point other = new Point(x, y * 2);
        note(one + " " + other);
        return one.equals(other) ? x : one.x() * other.y();
    }

    @Case("2.3; 0.6")
    static double wholeNumbersOutOfText(double x, double y) {
        String text = "" + x;
        return Integer.parseInt(text.substring(0, text.indexOf('.'))) * y * text.length();
    }

    @Case("[0.7, -1.3, 2.4]")
    static double messageOfACaughtException(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                if (v < 0) {
                    throw new IllegalArgumentException("bad x: " + v);
                }
                sum += v * v;
            } catch (IllegalArgumentException e) {
                note(e.getMessage());
                sum += v * 3;
            }
        }
        return sum;
    }

    @Case(value = "[0.7, -1.3, 2.4]", throwing = IllegalArgumentException.class)
    static double messageOfAnException(double[] x) {
        double sum = 0;
        for (double v : x) {
            if (v < 0) {
                throw new IllegalArgumentException("bad x: " + v + " after " + sum);
            }
            sum += v * v;
        }
        return sum;
    }

    private static double traced(int n, double v) {
        note("level " + n + ": " + v);
        return n == 0 ? v : v * traced(n - 1, v * 0.5);
    }

    @Case("1.3; 0.6")
    static double textInARecursion(double x, double y) {
        return traced(4, x * y);
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsed(double x) {
        return Double.parseDouble("" + x) * x;
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsedFromABuilder(double x) {
        StringBuilder text = new StringBuilder();
        text.append(x);
        return Float.parseFloat(text.substring(0, 3));
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsedFromAList(double x) {
        List<String> texts = new ArrayList<>();
        texts.add(Double.toString(x));
        return Double.valueOf(texts.get(0));
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double decimal(double x) {
        return new BigDecimal(("" + x).toCharArray()).doubleValue();
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double scanned(double x) {
        return new Scanner(Double.toString(x)).nextDouble();
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsedFromCopiedCharacters(double x) {
        char[] text = ("" + x).toCharArray();
        char[] copy = new char[text.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = text[i];
        }
        return Double.parseDouble(new String(copy));
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsedByHand(double x) {
        String text = "" + x;
        double value = 0;
        for (int i = 0; i < text.length(); i++) {
            value = value * 10 + (text.charAt(i) - '0');
        }
        return value;
    }

    private static double parsedLater(int n, String text) {
        return n == 0 ? Double.parseDouble(text) : parsedLater(n - 1, text);
    }

    @Case(value = "1.3", refused = Refusal.ACTIVE_TEXT)
    static double parsedElsewhere(double x) {
        return parsedLater(2, "" + x) * x;
    }

    @Case("1.3; 0.6")
    static double otherTextMayBeParsed(double x, double y) {
        note("x " + x);
        return Double.parseDouble("2.5") * x * y;
    }

    private static void happensOnce(ScalarFunction<double[]> function) {
        double[] x = {0.7, 1.3, -0.4};
        LINES.clear();
        double value = function.applyAsDouble(x.clone());
        List<String> expected = List.copyOf(LINES);
        Gradient<double[]> gradient = Jacobi.gradient(function);
        DirectionalDerivative<double[]> slope = Jacobi.jvp(function);
        LINES.clear();
        assertEquals(value, gradient.into(x.clone(), new double[3]));
        assertEquals(expected, LINES);
        LINES.clear();
        slope.at(x.clone(), new double[] {1, 0, 0});
        assertEquals(expected, LINES);
    }

    @Test
    void textIsMadeOnceAndInItsOrder() {
        happensOnce(TextTest::concatenationInALoop);
        happensOnce(TextTest::builder);
        happensOnce(TextTest::formats);
        happensOnce(TextTest::collections);
        happensOnce(x -> textThatChangesItsObject(x[0], x[1]));
        happensOnce(x -> records(x[0], x[1]));
        happensOnce(x -> logs(x[0], x[1]));
        happensOnce(x -> textInARecursion(x[0], x[1]));
        happensOnce(TextTest::messageOfACaughtException);
    }

    static double printing(double[] x) {
        double sum = 0;
        for (double v : x) {
            System.out.println(v);
            System.out.println("v = " + v);
            System.out.printf("%s%n", new Point(v, sum));
            System.out.println(new Point(v, sum));
            sum += v * v;
        }
        return sum;
    }

    @Test
    void outputHappensOnce() {
        double[] x = {0.7, 1.3, -0.4};
        double[] shadow = new double[3];
        Gradient<double[]> gradient = Jacobi.gradient(TextTest::printing);
        PrintStream out = System.out;
        ByteArrayOutputStream original = new ByteArrayOutputStream();
        ByteArrayOutputStream derived = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(original, true, StandardCharsets.UTF_8));
            printing(x);
            System.setOut(new PrintStream(derived, true, StandardCharsets.UTF_8));
            gradient.into(x, shadow);
        } finally {
            System.setOut(out);
        }
        assertEquals(original.toString(StandardCharsets.UTF_8), derived.toString(StandardCharsets.UTF_8));
        assertArrayEquals(new double[] {1.4, 2.6, -0.8}, shadow);
    }
}
