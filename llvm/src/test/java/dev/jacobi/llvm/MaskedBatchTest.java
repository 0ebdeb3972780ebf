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
import dev.jacobi.Layout;
import dev.jacobi.Options;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Native examples that go different ways in step: nothing happens in those that do not take a way, and each has the bits that it has alone. */
class MaskedBatchTest {
    private static final Options NATIVE = Options.DEFAULT.withStrictMath(true).withBackend(Backend.LLVM);
    private static final int[] SIZES = {0, 1, 3, 17, 128, 129, 1000};

    /** Divides, reads a table, and loops, only where that is possible. */
    static double guarded(double[] table, int divisor, int place, double step) {
        double result = place;
        if (divisor != 0) {
            result += 1000 / divisor + Integer.MIN_VALUE % divisor;
        }
        if (place >= 0) {
            result += Math.sqrt(table[place]);
        }
        if (step > 0) {
            for (double at = 0; at < 2; at += step) {
                result += at;
                if (result > 1e3) {
                    return -result;
                }
            }
        }
        return result;
    }

    /** Sorts an array of its own by moving elements up, and counts signs. */
    static double sorted(double[] x) {
        double[] own = new double[x.length];
        int[] counts = new int[3];
        for (int i = 0; i < x.length; i++) {
            int at = i;
            while (at > 0 && own[at - 1] > x[i]) {
                own[at] = own[at - 1];
                at--;
            }
            own[at] = x[i];
            counts[1 + (int) Math.signum(x[i])]++;
        }
        double result = counts[0] + 10 * counts[1] + 100 * counts[2];
        for (double element : own) {
            result = result * 0.75 + element;
        }
        return result;
    }

    private static MethodHandle batch(String method, Layout layout, Axis... axes) {
        Batched batched = Jacobi.of(MaskedBatchTest.class, method)
                .with(NATIVE)
                .batch(axes)
                .layout(layout);
        assertTrue(batched.explain().startsWith("128 examples in step, under masks at "), batched.explain());
        return batched.asMethodHandle();
    }

    private static Object call(MethodHandle batch, Layout layout, int size, Object... arguments) throws Throwable {
        List<Object> all = new ArrayList<>();
        if (layout != Layout.SEPARATE) {
            all.add(size);
        }
        all.addAll(Arrays.asList(arguments));
        return batch.invokeWithArguments(all);
    }

    private static double[] array(int length, IntToDoubleFunction element) {
        double[] array = new double[length];
        Arrays.setAll(array, element);
        return array;
    }

    @Test
    void nothingHappensInExamplesThatDoNotTakeAWay() throws Throwable {
        double[][] tables = {{2, 3, 5, 7}, {}, null};
        for (Layout layout : Layout.values()) {
            MethodHandle batch = batch("guarded", layout, SHARED, EACH, EACH, EACH);
            for (double[] table : tables) {
                for (int size : SIZES) {
                    SplittableRandom random = new SplittableRandom(size);
                    int[] divisors = random.ints(size, -2, 3).toArray();
                    int lowest = table == null || table.length == 0 ? -3 : -2;
                    int[] places =
                            random.ints(size, lowest, lowest == -3 ? 0 : 4).toArray();
                    double[] steps = array(size, e -> e % 3 == 0 ? 0 : 0.05 * (e % 20));
                    double[] expected = array(size, e -> guarded(table, divisors[e], places[e], steps[e]));
                    assertArrayEquals(expected, (double[]) call(batch, layout, size, table, divisors, places, steps));
                }
            }
        }
    }

    @Test
    void whatAnExampleThrowsIsItsOwn() throws Throwable {
        for (Layout layout : Layout.values()) {
            MethodHandle batch = batch("guarded", layout, SHARED, EACH, EACH, EACH);
            double[] steps = array(1000, e -> 0.05 * (e % 20));
            int[] divisors = new int[1000];
            for (int failing : new int[] {0, 77, 128, 895, 999}) {
                int[] places = new int[1000];
                places[failing] = 4;
                double[] table = {2, 3, 5, 7};
                BatchException thrown = assertThrows(
                        BatchException.class, () -> call(batch, layout, 1000, table, divisors, places, steps));
                assertEquals(failing, thrown.example());
                assertEquals(
                        "Index 4 out of bounds for length 4", thrown.getCause().getMessage());
                Arrays.fill(places, -1);
                places[failing] = 0;
                thrown = assertThrows(
                        BatchException.class, () -> call(batch, layout, 1000, null, divisors, places, steps));
                assertEquals(failing, thrown.example());
                assertEquals(NullPointerException.class, thrown.getCause().getClass());
            }
        }
    }

    @Test
    void placesInArraysThatDependOnTheExample() throws Throwable {
        for (Layout layout : Layout.values()) {
            MethodHandle batch = batch("sorted", layout, EACH);
            for (int size : SIZES) {
                double[][] rows = new double[size][];
                Arrays.setAll(
                        rows, e -> new SplittableRandom(e).doubles(6, -2, 2).toArray());
                double[] flat = array(
                        6 * size, at -> layout == Layout.PACKED ? rows[at / 6][at % 6] : rows[at % size][at / size]);
                Object given = layout == Layout.SEPARATE ? rows : flat;
                assertArrayEquals(array(size, e -> sorted(rows[e])), (double[]) call(batch, layout, size, given));
            }
        }
    }
}
