package dev.jacobi.llvm;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What native code does in step with arrays that are written, with lanes that throw, and with numbers on the edge, is what calls do. */
class BatchEdgesTest {
    private static final Options NATIVE = Options.DEFAULT.withBackend(Backend.LLVM);
    private static final String WHEN = "jacobi.batch.step";

    @BeforeAll
    static void goInStep() {
        System.setProperty(WHEN, "always");
    }

    @AfterAll
    static void decide() {
        System.clearProperty(WHEN);
    }

    /** Writes under masks, at places of its own, and throws for some. */
    static double write(double[] x, double[] others, double y, int place, int divisor) {
        double sum = others[0];
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.sqrt(Math.abs(x[i] + sum));
            sum += x[i] * others[i];
            if (sum > y) {
                x[(place + i) % x.length] -= sum;
                int quotient = 7 / divisor;
                sum = quotient;
            }
        }
        int rounds = 0;
        while (sum < 4 && rounds < place) {
            sum += x[rounds % x.length] + 1;
            rounds++;
        }
        return sum + rounds;
    }

    static int divide(int a, int b, long c, long d) {
        int result = 7;
        if (b != 0) {
            result = a / b + a % b;
        }
        if (d != 0) {
            result += (int) (c / d) ^ (int) (c % d);
        }
        for (int i = 0; i < (a & 3); i++) {
            result = result / 3 - i;
        }
        return result;
    }

    interface Writes {
        double[] apply(double[][] x, double[][] others, double[] y, int[] places, int[] divisors);
    }

    interface WritesSharing {
        double[] apply(double[][] x, double[] others, double[] y, int[] places, int[] divisors);
    }

    interface Divides {
        int[] apply(int[] a, int[] b, long[] c, long[] d);
    }

    private static Batched batch(String method, Axis... axes) {
        Batched batched = Jacobi.of(BatchEdgesTest.class, method).with(NATIVE).batch(axes);
        assertTrue(batched.explain().startsWith("128 examples in step, under masks"), batched::explain);
        return batched;
    }

    private static double[][] rows(SplittableRandom random, int count) {
        double[][] rows = new double[count][];
        Arrays.setAll(rows, _ -> random.doubles(4, -1, 1).toArray());
        return rows;
    }

    /** Makes some rows the same, of the arrays that are written and of others. */
    private static void alias(int kind, double[][] x, double[][] others) {
        switch (kind) {
            case 1 -> x[130] = x[129];
            case 2 -> others[140] = x[200];
            case 3 -> others[200] = x[140];
            case 4 -> others[7] = x[7];
            case 5 -> System.arraycopy(x, 0, others, 0, x.length);
            case 6 -> Arrays.fill(others, others[3]);
            default -> {}
        }
    }

    @Test
    void writtenRowsAndExceptions() {
        Batched batched = batch("write", EACH, EACH, EACH, EACH, EACH);
        Writes stopping = batched.as(Writes.class);
        Writes finishing = batched.finishingOthers().as(Writes.class);
        for (int count : new int[] {0, 1, 127, 128, 129, 512, 513, 1500}) {
            for (int kind = 0; kind < (count > 500 ? 7 : 1); kind++) {
                for (int failures : new int[] {0, 2, 60}) {
                    for (boolean all : new boolean[] {false, true}) {
                        compare(all ? finishing : stopping, count, kind, failures, all);
                    }
                }
            }
        }
    }

    private static void compare(Writes batch, int count, int kind, int failures, boolean all) {
        SplittableRandom random = new SplittableRandom(count * 1000 + kind * 100 + failures);
        double[][] x = rows(random, count);
        double[][] others = rows(random, count);
        double[][] expectedX = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        double[][] expectedOthers = Arrays.stream(others).map(double[]::clone).toArray(double[][]::new);
        alias(kind, x, others);
        alias(kind, expectedX, expectedOthers);
        double[] y = random.doubles(count, -1, 1).toArray();
        int[] places = random.ints(count, 0, 9).toArray();
        int[] divisors = new int[count];
        Arrays.fill(divisors, 3);
        for (int failure = 0; failure < failures && count > 0; failure++) {
            divisors[random.nextInt(count)] = 0;
        }
        double[] expected = new double[count];
        Set<Integer> expectedFailures = new TreeSet<>();
        for (int example = 0; example < count && (all || expectedFailures.isEmpty()); example++) {
            try {
                expected[example] = write(
                        expectedX[example], expectedOthers[example], y[example], places[example], divisors[example]);
            } catch (ArithmeticException _) {
                expectedFailures.add(example);
            }
        }
        String what = count + " examples, kind " + kind + ", " + failures + " failures";
        double[] results = expected;
        if (expectedFailures.isEmpty()) {
            results = batch.apply(x, others, y, places, divisors);
        } else {
            BatchException thrown =
                    assertThrows(BatchException.class, () -> batch.apply(x, others, y, places, divisors), what);
            assertEquals(expectedFailures, thrown.failures().keySet(), what);
            results = all ? (double[]) thrown.results() : results;
        }
        assertArrayEquals(expected, results, what);
        assertArrayEquals(expectedX, x, what);
        assertArrayEquals(expectedOthers, others, what);
    }

    @Test
    void aRowIsWhatAllRead() {
        WritesSharing batch = batch("write", EACH, SHARED, EACH, EACH, EACH).as(WritesSharing.class);
        SplittableRandom random = new SplittableRandom(3);
        double[][] x = rows(random, 300);
        double[][] expected = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        double[] y = random.doubles(300).toArray();
        int[] places = new int[300];
        int[] divisors = new int[300];
        Arrays.fill(divisors, 2);
        double[] results = new double[300];
        for (int example = 0; example < 300; example++) {
            results[example] = write(expected[example], expected[170], y[example], places[example], divisors[example]);
        }
        assertArrayEquals(results, batch.apply(x, x[170], y, places, divisors));
        assertArrayEquals(expected, x);
        double[][] wide = new double[300][300];
        JacobiException refused =
                assertThrows(JacobiException.class, () -> batch.apply(wide, x[0], wide[7], places, divisors));
        assertEquals(Refusal.ALIASED_ARGUMENTS, refused.refusal());
    }

    @Test
    void divisionsOfAllNumbers() {
        Divides batch = batch("divide", EACH, EACH, EACH, EACH).as(Divides.class);
        int[] some = {0, 1, -1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE, 7, -13};
        int count = 512;
        SplittableRandom random = new SplittableRandom(1);
        int[] a = new int[count];
        int[] b = new int[count];
        long[] c = new long[count];
        long[] d = new long[count];
        int[] expected = new int[count];
        for (int example = 0; example < count; example++) {
            a[example] = some[example & 7];
            b[example] = some[example >> 3 & 7];
            c[example] = random.nextBoolean() ? Long.MIN_VALUE : a[example];
            d[example] = some[example >> 6 & 7];
            expected[example] = divide(a[example], b[example], c[example], d[example]);
        }
        assertArrayEquals(expected, batch.apply(a, b, c, d));
    }

    /** An array that is in other objects too. */
    record Place(double[] numbers, int at) {}

    static double put(Place place, double y) {
        if (place.at() < place.numbers().length) {
            place.numbers()[place.at()] = y + 1;
        }
        return y;
    }

    interface Puts {
        double[] apply(Place[] places, double[] y);
    }

    @Test
    void anArrayInObjectsThatIsWrittenMayBeAnotherArgument() {
        double[] y = new double[600];
        Place[] places = new Place[600];
        Arrays.setAll(places, i -> new Place(y, i + 1));
        double[] results = Jacobi.of(BatchEdgesTest.class, "put")
                .with(Options.DEFAULT.withBackend(Backend.AUTO))
                .batch(EACH, EACH)
                .as(Puts.class)
                .apply(places, y);
        double[] expected = new double[600];
        Arrays.setAll(expected, i -> i);
        assertArrayEquals(expected, results);
    }

    private static final double[] NUMBERS = new double[600];

    static double putOutside(int at, double y) {
        if (at < NUMBERS.length) {
            NUMBERS[at] = y + 1;
        }
        return y;
    }

    interface PutsOutside {
        double[] apply(int[] at, double[] y);
    }

    @Test
    void anArrayInAStaticFieldThatIsWrittenMayBeAnArgument() {
        int[] next = new int[600];
        Arrays.setAll(next, i -> i + 1);
        double[] results = Jacobi.of(BatchEdgesTest.class, "putOutside")
                .with(Options.DEFAULT.withBackend(Backend.AUTO))
                .batch(EACH, EACH)
                .as(PutsOutside.class)
                .apply(next, NUMBERS);
        double[] expected = new double[600];
        Arrays.setAll(expected, i -> i);
        assertArrayEquals(expected, results);
    }
}
