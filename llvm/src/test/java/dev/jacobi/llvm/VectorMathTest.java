package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.ir.MathFunction;
import java.lang.invoke.MethodHandles;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VectorMathTest {
    private static final NativeOptions FAST =
            NativeOptions.DEFAULT.withStrictMath(true).withVectorMath(true);

    static void exponentials(double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.exp(x[i]) + Math.sin(x[i]);
        }
    }

    static void strict(double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = StrictMath.exp(x[i]);
        }
    }

    @BeforeEach
    void theLibraryIsThere() {
        assumeTrue(
                VectorMath.scalar(MathFunction.EXP).isPresent(), "skipped: this JDK has no libjsvml for this machine");
    }

    private static NativeFunction compiled(String method) {
        return NativeBackend.compile(MethodHandles.lookup(), method, FAST);
    }

    @Test
    void resultsDoNotDependOnThePositionInTheArray() throws Throwable {
        NativeFunction function = compiled("exponentials");
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2_000; round++) {
            double value = random.nextDouble(-30, 30);
            double[] x = new double[23];
            java.util.Arrays.fill(x, value);
            double[] y = new double[x.length];
            function.handle().invokeExact(x, y);
            double near = StrictMath.exp(value) + StrictMath.sin(value);
            assertEquals(near, y[0], 2 * Math.ulp(StrictMath.exp(value)) + 4 * Math.ulp(1.0) + Math.ulp(near));
            for (double result : y) {
                assertEquals(y[0], result);
            }
        }
    }

    @Test
    void specialValues() throws Throwable {
        NativeFunction function = compiled("exponentials");
        double[] x = {Double.NaN, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1e300, Double.POSITIVE_INFINITY, -1e300, 1, 2};
        double[] y = new double[x.length];
        function.handle().invokeExact(x, y);
        for (int i = 0; i < 6; i++) {
            assertEquals(StrictMath.exp(x[i]) + StrictMath.sin(x[i]), y[i]);
        }
    }

    @Test
    void strictFunctionsStayStrict() throws Throwable {
        NativeFunction function = compiled("strict");
        double[] x = new SplittableRandom(2).doubles(10_000, -700, 700).toArray();
        double[] y = new double[x.length];
        double[] expected = new double[x.length];
        function.handle().invokeExact(x, y);
        strict(x, expected);
        assertTrue(java.util.Arrays.equals(expected, y));
    }
}
