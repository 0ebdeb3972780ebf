package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the arguments are, native code gives Java's result or exception, and leaves the arrays as Java does. */
class HostileInputTest {
    private static final int[] EXTREMES = {
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        Integer.MIN_VALUE + 2,
        -1_000_000,
        -2,
        -1,
        0,
        1,
        2,
        3,
        4,
        1_000_000,
        Integer.MAX_VALUE - 2,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE
    };

    static double read(double[] a, int i) {
        return a[i];
    }

    static double readBehind(double[] a, int i) {
        return a[i + 1] + a[i - 1];
    }

    static void write(float[] a, int i, int j) {
        a[i] = 1;
        a[j] += 2;
    }

    static int readByNumber(int[] a, double at) {
        return a[(int) at] + a[(int) (long) at];
    }

    /** At most four rounds, wherever they begin. */
    static double up(double[] a, int start, int offset) {
        double sum = 0;
        for (int i = start; i < start + 4; i++) {
            sum += a[i + offset];
            a[i + offset] = sum;
        }
        return sum;
    }

    static double upTo(double[] a, int start, int end) {
        double sum = 0;
        for (int i = Math.max(start, end - 3); i <= end && sum < 1e9; i++) {
            sum += a[i];
        }
        return sum;
    }

    static double down(double[] a, int start, int offset) {
        double sum = 0;
        for (int i = start; i > start - 4; i--) {
            sum = sum * 2 + a[offset - i];
            a[offset - i] = sum;
        }
        return sum;
    }

    static int divide(int a, int b) {
        return a / b * 31 + a % b;
    }

    static long divide(long a, long b) {
        return a / b * 31 + a % b;
    }

    static int intsOf(int n) {
        int[] made = new int[n];
        made[n - 1] = 7;
        return made[n / 2] + made.length;
    }

    static int rowsOf(int n, int m) {
        double[][] made = new double[n][m];
        made[n - 1][m - 1] = 7;
        return made.length + made[0].length + (int) made[n - 1][m / 2];
    }

    static int cubeOf(int n, int m, int k) {
        float[][][] made = new float[n][m][k];
        made[n - 1][m - 1][k - 1] = 7;
        float[][] tables = made[0];
        return made.length + tables.length + tables[m - 1].length + (int) made[n - 1][m - 1][k / 2];
    }

    static int halfCubeOf(int n, int m) {
        float[][][] made = new float[n][m][];
        made[n - 1][m - 1] = new float[] {3};
        return (int) made[n - 1][m - 1][0] + (made[0][0] == null ? 100 : 0);
    }

    static void shift(double[] a, double[] b, int from, int to, int count) {
        System.arraycopy(a, from, b, to, count);
    }

    static double addRows(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                a[i][j] += b[i][j] * 2;
                sum += b[b.length - 1 - i][j];
            }
        }
        return sum;
    }

    static void add(double[] a, double[] b, double[] c) {
        for (int i = 1; i < a.length; i++) {
            c[i] = a[i - 1] + b[i];
            a[i] += c[i - 1];
        }
    }

    private static String outcome(MethodHandle handle, Supplier<@Nullable Object[]> arguments) {
        @Nullable Object[] given = arguments.get();
        String result;
        try {
            result = BothBackends.describe(handle.invokeWithArguments(given));
        } catch (Throwable thrown) {
            result = thrown.toString();
        }
        return result + " " + BothBackends.describe(given);
    }

    /** Compares the method with its native code for all these arguments, some of which must not be bad. */
    private static void check(String name, Class<?>[] types, Stream<Supplier<@Nullable Object[]>> arguments)
            throws ReflectiveOperationException {
        Method method = HostileInputTest.class.getDeclaredMethod(name, types);
        MethodHandle original = MethodHandles.lookup().unreflect(method);
        NativeFunction compiled = NativeBackend.compile(MethodHandles.lookup(), name, NativeOptions.DEFAULT, types);
        long[] calls = new long[1];
        arguments.forEach(supplier -> {
            calls[0]++;
            assertEquals(
                    outcome(original, supplier),
                    outcome(compiled.handle(), supplier),
                    () -> name + Arrays.deepToString(supplier.get()));
        });
        assertTrue(compiled.bailouts() < calls[0], name);
    }

    private static double[] numbers() {
        return new double[] {1, 2, 3, 4, 5};
    }

    private static Stream<int[]> pairs() {
        return Arrays.stream(EXTREMES)
                .boxed()
                .flatMap(a -> Arrays.stream(EXTREMES).mapToObj(b -> new int[] {a, b}));
    }

    @Test
    void indicesNearAndFarOutOfBounds() throws ReflectiveOperationException {
        Class<?>[] one = {double[].class, int.class};
        check("read", one, Arrays.stream(EXTREMES).mapToObj(i -> () -> new Object[] {numbers(), i}));
        check("read", one, Stream.of(() -> new Object[] {null, 0}, () -> new Object[] {numbers(), 1}));
        check("readBehind", one, Arrays.stream(EXTREMES).mapToObj(i -> () -> new Object[] {numbers(), i}));
        check(
                "write",
                new Class<?>[] {float[].class, int.class, int.class},
                pairs().map(p -> () -> new Object[] {new float[3], p[0], p[1]}));
    }

    @Test
    void indicesThatAreConvertedFromHugeNumbers() throws ReflectiveOperationException {
        check(
                "readByNumber",
                new Class<?>[] {int[].class, double.class},
                Stream.of(0.0, -0.5, 1.9, 1e300, -1e300, Double.NaN, 4294967296.0, 2147483648.0, -1.0)
                        .map(at -> () -> new Object[] {new int[] {5, 6}, at}));
    }

    @Test
    void loopsThatBeginAndEndAnywhere() throws ReflectiveOperationException {
        Class<?>[] types = {double[].class, int.class, int.class};
        for (String loop : new String[] {"up", "upTo", "down"}) {
            check(loop, types, pairs().map(p -> () -> new Object[] {numbers(), p[0], p[1]}));
        }
        // Sums that wrap around come back into the array.
        check("up", types, Arrays.stream(EXTREMES).mapToObj(i -> () -> new Object[] {numbers(), i, -i}));
        check("down", types, Arrays.stream(EXTREMES).mapToObj(i -> () -> new Object[] {numbers(), i, i}));
    }

    @Test
    void divisionByZeroAndOfTheLeastNumber() throws ReflectiveOperationException {
        check("divide", new Class<?>[] {int.class, int.class}, pairs().map(p -> () -> new Object[] {p[0], p[1]}));
        long[] longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -2, -1, 0, 1, 3, Long.MAX_VALUE};
        check(
                "divide",
                new Class<?>[] {long.class, long.class},
                Arrays.stream(longs)
                        .boxed()
                        .flatMap(a -> Arrays.stream(longs).mapToObj(b -> () -> new Object[] {a, b})));
    }

    @Test
    void sizesThatAreNegativeZeroOrHuge() throws ReflectiveOperationException {
        int[] sizes = {Integer.MIN_VALUE, -1, 0, 1, 2, 5, 100_000, Integer.MAX_VALUE - 1, Integer.MAX_VALUE};
        check("intsOf", new Class<?>[] {int.class}, Arrays.stream(sizes).mapToObj(n -> () -> new Object[] {n}));
        int[] few = {Integer.MIN_VALUE, -1, 0, 1, 2, 70};
        check(
                "rowsOf",
                new Class<?>[] {int.class, int.class},
                Arrays.stream(few).boxed().flatMap(n -> Arrays.stream(few).mapToObj(m -> () -> new Object[] {n, m})));
        check(
                "rowsOf",
                new Class<?>[] {int.class, int.class},
                Stream.of(() -> new Object[] {2, Integer.MAX_VALUE}, () -> new Object[] {1, 1}));
        check(
                "halfCubeOf",
                new Class<?>[] {int.class, int.class},
                Arrays.stream(few).boxed().flatMap(n -> Arrays.stream(few).mapToObj(m -> () -> new Object[] {n, m})));
        check(
                "cubeOf",
                new Class<?>[] {int.class, int.class, int.class},
                Arrays.stream(few)
                        .boxed()
                        .flatMap(n -> Arrays.stream(few)
                                .boxed()
                                .flatMap(m -> Arrays.stream(few).mapToObj(k -> () -> new Object[] {n, m, k}))));
    }

    @Test
    void partsThatOverlapOrDoNotFit() throws ReflectiveOperationException {
        Class<?>[] types = {double[].class, double[].class, int.class, int.class, int.class};
        int[] few = {Integer.MIN_VALUE, -1, 0, 1, 2, 5, Integer.MAX_VALUE};
        for (int count : few) {
            check(
                    "shift",
                    types,
                    Stream.concat(
                            Stream.of(() -> new Object[] {numbers(), numbers(), 0, 0, 1}), pairs().map(p -> () -> {
                                double[] both = numbers();
                                return new Object[] {both, both, p[0], p[1], count};
                            })));
        }
    }

    @Test
    void oneArrayInSeveralPlaces() throws ReflectiveOperationException {
        check(
                "add",
                new Class<?>[] {double[].class, double[].class, double[].class},
                Stream.of(
                        () -> new Object[] {numbers(), numbers(), numbers()},
                        () -> {
                            double[] a = numbers();
                            return new Object[] {a, a, a};
                        },
                        () -> {
                            double[] a = numbers();
                            return new Object[] {a, numbers(), a};
                        },
                        () -> new Object[] {numbers(), null, numbers()},
                        () -> new Object[] {numbers(), numbers(), new double[2]}));
    }

    @Test
    void rowsThatAreRaggedSharedOrMissing() throws ReflectiveOperationException {
        check(
                "addRows",
                new Class<?>[] {double[][].class, double[][].class},
                Stream.of(
                        () -> new Object[] {
                            new double[][] {numbers(), {}, {1, 2}}, new double[][] {numbers(), {}, numbers()}
                        },
                        () -> new Object[] {new double[][] {numbers(), numbers()}, new double[][] {numbers()}},
                        () -> new Object[] {new double[][] {numbers(), null}, new double[][] {numbers(), numbers()}},
                        () -> new Object[] {new double[][] {numbers()}, new double[][] {null}},
                        () -> new Object[] {null, null},
                        () -> new Object[] {new double[0][], null},
                        () -> {
                            double[] row = numbers();
                            return new Object[] {new double[][] {row, row}, new double[][] {row, numbers()}};
                        },
                        () -> {
                            double[][] both = {numbers(), numbers()};
                            return new Object[] {both, both};
                        }));
    }
}
