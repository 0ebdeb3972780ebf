package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Backend;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Functions that call themselves run natively as deep as the stack of the thread allows, and overflow it as Java does. */
class RecursionTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    /** The depth is the first number. */
    static double chain(double[] x) {
        return chain((int) x[0], x[1]);
    }

    static double chain(int depth, double x) {
        return depth <= 0 ? x : 0.5 * x + Math.sin(chain(depth - 1, x * 0.999));
    }

    static double fibonacci(double[] x) {
        return isEven((int) x[0], x) * x[1];
    }

    static double isEven(int n, double[] x) {
        return n < 2 ? x[1] : isOdd(n - 1, x) + x[2] * isEven(n - 2, x);
    }

    static double isOdd(int n, double[] x) {
        return n < 2 ? x[2] : isEven(n - 1, x) - isOdd(n - 2, x) * x[1];
    }

    private static final NativeFunction CHAIN = NativeBackend.compile(
            MethodHandles.lookup(), "chain", NativeOptions.DEFAULT.withStrictMath(true), double[].class);

    private static double[] gradient(Gradient<double[]> gradient, double... at) {
        double[] result = new double[at.length];
        double _ = gradient.into(at, result);
        return result;
    }

    @Test
    void gradientsThroughRecursionHaveTheBitsOfTheJvm() {
        Gradient<double[]> onJvm = Jacobi.gradient(RecursionTest::fibonacci, STRICT);
        Gradient<double[]> compiled = Jacobi.gradient(RecursionTest::fibonacci, STRICT.withBackend(Backend.LLVM));
        for (int n = 0; n < 12; n++) {
            assertArrayEquals(gradient(onJvm, n, 0.7, -0.3), gradient(compiled, n, 0.7, -0.3));
        }
    }

    @Test
    void deepTapesHaveTheBitsOfTheJvm() {
        Gradient<double[]> onJvm = Jacobi.gradient((double[] x) -> chain(x), STRICT);
        Gradient<double[]> compiled = Jacobi.gradient((double[] x) -> chain(x), STRICT.withBackend(Backend.LLVM));
        for (int depth : new int[] {0, 1, 10, 700}) {
            assertArrayEquals(gradient(onJvm, depth, 0.7), gradient(compiled, depth, 0.7));
        }
    }

    @Test
    void overflowIsJavas() throws Exception {
        Gradient<double[]> compiled = Jacobi.gradient((double[] x) -> chain(x), STRICT.withBackend(Backend.LLVM));
        onStackOf(512 << 10, () -> {
            for (int round = 0; round < 3; round++) {
                assertThrows(StackOverflowError.class, () -> gradient(compiled, 50_000_000, 0.7));
                assertThrows(StackOverflowError.class, () -> chainNatively(50_000_000));
                assertEquals(chain(new double[] {3, 0.7}), chainNatively(3), 1e-15);
            }
            return true;
        });
    }

    @Test
    void depthIsThatOfTheStackAndNotOfAFixedNumber() throws Exception {
        long before = CHAIN.bailouts();
        onStackOf(64 << 20, () -> chainNatively(100_000));
        assertEquals(before, CHAIN.bailouts());
        // Neither native code nor the JVM has stack enough.
        onStackOf(200 << 10, () -> assertThrows(StackOverflowError.class, () -> chainNatively(100_000)));
        assertEquals(before + 1, CHAIN.bailouts());
    }

    @Test
    void virtualThreads() throws Exception {
        FutureTask<Double> task = new FutureTask<>(() -> chainNatively(500));
        Thread.ofVirtual().start(task);
        assertEquals(chainNatively(500), task.get());
    }

    private static double chainNatively(int depth) {
        try {
            return (double) CHAIN.handle().invokeExact(new double[] {depth, 0.7});
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> void onStackOf(long bytes, Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(null, task, "stack", bytes).start();
        task.get();
    }
}
