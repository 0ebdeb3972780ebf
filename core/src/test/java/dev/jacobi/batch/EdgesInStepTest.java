package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;

import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is rare has the bits in step that it has alone. */
@ExtendWith(AlwaysInStep.class)
class EdgesInStepTest {
    private static SplittableRandom random(int example) {
        return new SplittableRandom(31 + example);
    }

    private static double[] numbers(int example, int length) {
        return random(example).doubles(length, -2, 2).toArray();
    }

    private static void check(String method, List<Axis> axes, IntFunction<Object[]> arguments) throws Throwable {
        MethodHandle single = BatchCheck.single(EdgeExamples.class, method);
        Batched batched = Jacobi.of(EdgeExamples.class, method).batch(axes.toArray(Axis[]::new));
        for (Layout layout : Layout.values()) {
            BatchCheck.check(single, batched, layout, axes, arguments);
        }
    }

    private static int pick(SplittableRandom random, int... of) {
        return of[random.nextInt(of.length)];
    }

    private static double pick(SplittableRandom random, double... of) {
        return of[random.nextInt(of.length)];
    }

    private static final int[] INTS = {0, 1, -1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE, 7, -13};
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1,
        -1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        1e18,
        -3e9,
        2.5,
        -2.5,
        1e305
    };

    @Test
    void narrowTypes() throws Throwable {
        check("truth", List.of(EACH, EACH, EACH), example -> {
            SplittableRandom random = random(example);
            return new Object[] {
                new boolean[] {random.nextBoolean(), random.nextBoolean(), true, random.nextBoolean()},
                random.nextInt(),
                random.nextDouble(-3, 3)
            };
        });
        check("truth", List.of(SHARED, EACH, EACH), example -> new Object[] {
            new boolean[] {true, false, true, false}, random(example).nextInt(), 0.01 * example
        });
        check("bytes", List.of(EACH, EACH, EACH), example -> {
            byte[] bytes = new byte[3];
            random(example).nextBytes(bytes);
            return new Object[] {bytes, (byte) example, example % 9};
        });
        check("bytes", List.of(SHARED, EACH, SHARED), example ->
                new Object[] {new byte[] {127, -128, 3}, (byte) example, 20});
        check("shorts", List.of(EACH, EACH, EACH), example -> {
            SplittableRandom random = random(example);
            return new Object[] {
                new short[] {(short) random.nextInt(), (short) random.nextInt()},
                (short) random.nextInt(),
                (char) random.nextInt()
            };
        });
        check("chars", List.of(EACH, EACH, EACH), example -> {
            SplittableRandom random = random(example);
            return new Object[] {
                new char[] {(char) random.nextInt(), (char) random.nextInt()}, (char) random.nextInt(), random.nextInt()
            };
        });
        check("longs", List.of(EACH, EACH, EACH), example -> {
            SplittableRandom random = random(example);
            return new Object[] {new long[] {random.nextLong(), Long.MIN_VALUE, -1}, random.nextLong(), random.nextInt()
            };
        });
        check("floats", List.of(EACH, EACH), example -> new Object[] {
            new float[] {example * 0.1f, Float.NaN, example % 3 == 0 ? -0.0f : 100},
            (float) pick(random(example), DOUBLES)
        });
    }

    @Test
    void numbersOnTheEdge() throws Throwable {
        for (List<Axis> axes : List.of(
                List.of(EACH, EACH, EACH, EACH),
                List.of(EACH, SHARED, SHARED, EACH),
                List.of(SHARED, EACH, EACH, SHARED))) {
            check("divisions", axes, example -> {
                SplittableRandom random = random(example);
                return new Object[] {
                    pick(random, INTS),
                    pick(random, INTS),
                    random.nextBoolean() ? Long.MIN_VALUE : pick(random, INTS),
                    (long) pick(random, INTS)
                };
            });
        }
        check("ternary", List.of(EACH, EACH), example ->
                new Object[] {pick(random(example), INTS), pick(random(-example), INTS)});
        check("extremes", List.of(EACH, EACH), example ->
                new Object[] {pick(random(example), DOUBLES), pick(random(-example), DOUBLES)});
        check("casts", List.of(EACH, EACH), example ->
                new Object[] {pick(random(example), DOUBLES), (float) pick(random(-example), DOUBLES)});
        check("overflow", List.of(SHARED, EACH, EACH), example -> new Object[] {
            new int[] {1, 2, 3, 4, 5}, pick(random(example), 65536, 1, 0, -1, 1 << 30), pick(random(-example), INTS)
        });
        check("overflow", List.of(EACH, EACH, EACH), example -> new Object[] {
            new int[] {1, 2, 3, example, 5},
            pick(random(example), 65536, 1, 0, -1, 1 << 30),
            pick(random(-example), INTS)
        });
    }

    @Test
    void writtenUnderMasks() throws Throwable {
        check("writing", List.of(EACH, EACH, EACH, EACH, EACH), example -> {
            SplittableRandom random = random(example);
            return new Object[] {
                random.ints(4).toArray(),
                random.longs(4).toArray(),
                new float[] {example, 2, 3},
                random.nextDouble(-1, 3),
                random.nextInt()
            };
        });
        for (int failing : new int[] {-1, 0, 3, 127, 128, 300, 999}) {
            check("writesAndThrows", List.of(EACH, EACH), example ->
                    new Object[] {numbers(example, 3), example == failing ? 0 : 3});
            check("writesSome", List.of(EACH, EACH), example ->
                    new Object[] {numbers(example, 3), example == failing ? 3 : example % 4 - 1});
        }
    }

    @Test
    void flow() throws Throwable {
        check("switches", List.of(EACH, EACH), example ->
                new Object[] {example % 7, random(example).nextLong()});
        check("switches", List.of(SHARED, EACH), example ->
                new Object[] {3, random(example).nextLong()});
        for (List<Axis> axes : List.of(
                List.of(EACH, EACH, EACH),
                List.of(EACH, SHARED, SHARED),
                List.of(SHARED, EACH, SHARED),
                List.of(SHARED, SHARED, EACH))) {
            check("loops", axes, example -> new Object[] {
                random(example).nextInt(7),
                random(-example).nextInt(5),
                random(example * 7).nextInt(9)
            });
        }
        check("uniformInside", List.of(SHARED, EACH, EACH), example ->
                new Object[] {numbers(1, 7), numbers(example, 7), example % 5 * 0.5});
        check("uniformInside", List.of(SHARED, EACH, EACH), example ->
                new Object[] {numbers(1, 5), numbers(example, 7), example == 600 ? 50 : -5.0});
        check("countdown", List.of(SHARED, EACH), example -> new Object[] {numbers(1, 20), example % 23 - 3});
        check("countdown", List.of(SHARED, EACH), example ->
                new Object[] {numbers(1, 20), example == 700 ? 21 : example % 23 - 3});
        check("local", List.of(EACH, SHARED, EACH), example -> new Object[] {0.1 * example - 50, 4, example});
        check("local", List.of(EACH, SHARED, EACH), example -> new Object[] {0.1 * example - 50, 4, example - 3});
        check("local", List.of(EACH, SHARED, SHARED), example -> new Object[] {0.1 * example - 50, 0, 5});
        check("local", List.of(EACH, SHARED, SHARED), example -> new Object[] {0.1 * example - 50, -1, 5});
        check("negativeSize", List.of(EACH, SHARED), example -> new Object[] {0.1 * example - 50, -1});
        check("negativeSize", List.of(EACH, SHARED), example -> new Object[] {0.1 * example - 50, 3});
        check("recursive", List.of(EACH, EACH), example -> new Object[] {example, example % 6});
        check("recursive", List.of(EACH, SHARED), example -> new Object[] {example, 4});
    }
}
