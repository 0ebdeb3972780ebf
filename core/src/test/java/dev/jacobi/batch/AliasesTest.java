package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An array that is given in several places is what it is in calls, one example after the other, or is refused. */
@ExtendWith(AlwaysInStep.class)
class AliasesTest {
    private static final int COUNT = 300;

    /** What leads to an array. */
    record Model(double[] table) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Model(double[] others) && Arrays.equals(table, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(table);
        }
    }

    /** Functions of one example. */
    static final class Functions {
        static double[] table = {1, 2, 3};

        private Functions() {}

        static int same(double[] a, double[] b) {
            return a == b ? 1 : 0;
        }

        static int isNull(double[] a, int b) {
            return a == null ? b : -b;
        }

        static double sameAndMore(double[] a, double[] b, double[] x) {
            double sum = 0;
            for (double element : x) {
                sum += Math.exp(element);
            }
            return a == b ? sum : -sum;
        }

        static double isTable(double[] x) {
            return x == table ? 1 : Math.exp(x[0]);
        }

        static double isRow(double[][] rows, double[] x) {
            return x == rows[1] ? 1 : Math.exp(x[0]);
        }

        static double write(double[] x, double y) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.exp(-0.1 * x[i]) + 0.01 * y;
                sum += x[i];
            }
            return sum;
        }

        static double writeReadingRows(double[] x, double[][] rows) {
            double sum = rows[1][0];
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.exp(-0.1 * x[i]) + 0.01 * sum;
                sum += x[i];
            }
            return sum;
        }

        static double writeReadingModel(double[] x, Model model) {
            double sum = model.table()[0];
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.exp(-0.1 * x[i]) + 0.01 * sum;
                sum += x[i];
            }
            return sum;
        }

        static double writeReadingTable(double[] x, double y) {
            double sum = table[0] * y;
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.exp(-0.1 * x[i]) + 0.01 * sum;
                sum += x[i];
            }
            return sum;
        }

        static double writeReading(double[] x, double[] others) {
            double sum = others[0];
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.exp(-0.1 * x[i]) + 0.01 * sum;
                sum += x[i];
            }
            return sum;
        }

        static double loss(double[] weights, double x) {
            return Math.exp(weights[0] * x) * weights[1];
        }

        static double lossOfRow(double[] weights, double[] x) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * weights[i];
            }
            return Math.exp(0.01 * sum);
        }
    }

    private static double[] numbers(int seed, int length) {
        return new SplittableRandom(seed).doubles(length, -2, 2).toArray();
    }

    private static double[][] rows(int seed, int length) {
        double[][] rows = new double[COUNT][];
        Arrays.setAll(rows, example -> numbers(seed * 1000 + example, length));
        return rows;
    }

    private static MethodHandle single(String name) throws IllegalAccessException {
        return BatchCheck.single(Functions.class, name);
    }

    private static void check(String name, List<Axis> axes, Supplier<Object[]> arguments) throws Throwable {
        check(single(name), Jacobi.of(Functions.class, name).batch(axes.toArray(Axis[]::new)), axes, arguments);
    }

    /** Compares what a batch does with what calls do. */
    private static void check(MethodHandle single, Batched batched, List<Axis> axes, Supplier<Object[]> arguments)
            throws Throwable {
        Object[] given = arguments.get();
        Object result;
        try {
            result = batched.asMethodHandle().invokeWithArguments(given);
        } catch (JacobiException refused) {
            assertEquals(Refusal.ALIASED_ARGUMENTS, refused.refusal());
            return;
        }
        Object[] expected = arguments.get();
        Object results = Array.newInstance(single.type().returnType(), COUNT);
        for (int example = 0; example < COUNT; example++) {
            Object[] own = expected.clone();
            for (int index = 0; index < own.length; index++) {
                own[index] = axes.get(index) == EACH ? Array.get(own[index], example) : own[index];
            }
            Array.set(results, example, single.invokeWithArguments(own));
        }
        assertArrayEquals(new Object[] {results}, new Object[] {result}, batched.explain());
        assertArrayEquals(expected, given, batched.explain());
    }

    @Test
    void arraysOfExamplesAreCompared() throws Throwable {
        Supplier<Object[]> two = () -> {
            double[][] a = rows(1, 3);
            double[][] b = rows(2, 3);
            b[7] = a[7];
            b[200] = a[200];
            return new Object[] {a, b};
        };
        check("same", List.of(EACH, EACH), two);
        check("same", List.of(SHARED, EACH), () -> {
            double[][] b = rows(2, 3);
            return new Object[] {b[9], b};
        });
        check("sameAndMore", List.of(EACH, EACH, EACH), () -> {
            Object[] both = two.get();
            return new Object[] {both[0], both[1], rows(3, 4)};
        });
        check("sameAndMore", List.of(SHARED, EACH, EACH), () -> {
            double[][] b = rows(2, 3);
            return new Object[] {b[9], b, rows(3, 4)};
        });
        check("isNull", List.of(EACH, EACH), () -> {
            double[][] a = rows(1, 3);
            a[5] = null;
            a[150] = null;
            return new Object[] {a, IntStream.range(0, COUNT).toArray()};
        });
    }

    @Test
    void arraysOfExamplesAreComparedWithOthers() throws Throwable {
        check("isTable", List.of(EACH), () -> {
            double[][] x = rows(1, 3);
            x[5] = Functions.table;
            return new Object[] {x};
        });
        check("isRow", List.of(SHARED, EACH), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {new double[][] {x[4], x[5]}, x};
        });
    }

    @Test
    void aRowThatIsWrittenIsAlsoWhereNumbersAre() throws Throwable {
        check("write", List.of(EACH, EACH), () -> {
            double[] numbers = numbers(4, COUNT);
            double[][] x = rows(1, COUNT);
            x[3] = numbers;
            return new Object[] {x, numbers};
        });
    }

    @Test
    void aRowThatIsWrittenIsRead() throws Throwable {
        check("writeReading", List.of(EACH, SHARED), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {x, x[140]};
        });
        check("writeReading", List.of(EACH, EACH), () -> {
            double[][] x = rows(1, 3);
            double[][] others = rows(2, 3);
            others[150] = x[140];
            others[12] = x[12];
            others[0] = x[299];
            return new Object[] {x, others};
        });
        check("writeReading", List.of(EACH, EACH), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {x, x};
        });
        check("writeReadingRows", List.of(EACH, SHARED), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {x, new double[][] {x[17], x[33], new double[2]}};
        });
        check("writeReadingRows", List.of(EACH, SHARED), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {x, x};
        });
        check("writeReadingModel", List.of(EACH, SHARED), () -> {
            double[][] x = rows(1, 3);
            return new Object[] {x, new Model(x[33])};
        });
        check("writeReadingTable", List.of(EACH, EACH), () -> {
            double[][] x = rows(1, 3);
            Functions.table = x[33];
            return new Object[] {x, numbers(1, COUNT)};
        });
    }

    @Test
    void sumsAreAlsoSomethingElse() throws Throwable {
        var derivative = Jacobi.of(Functions.class, "loss").reverse(Activity.DUPLICATED, Activity.CONST);
        List<Axis> axes = List.of(SHARED, SUMMED, EACH, SHARED);
        check(derivative.asMethodHandle(), derivative.batch(axes.toArray(Axis[]::new)), axes, () -> {
            double[] sums = numbers(5, COUNT);
            return new Object[] {numbers(6, COUNT), sums, sums, 0.001};
        });
        var ofRows = Jacobi.of(Functions.class, "lossOfRow").reverse(Activity.DUPLICATED, Activity.CONST);
        List<Axis> eachSeed = List.of(SHARED, SUMMED, EACH, EACH);
        check(ofRows.asMethodHandle(), ofRows.batch(eachSeed.toArray(Axis[]::new)), eachSeed, () -> {
            double[] sums = numbers(5, COUNT);
            return new Object[] {numbers(6, COUNT), sums, rows(2, COUNT), sums};
        });
    }
}
