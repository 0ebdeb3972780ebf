package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.Parser;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "wide: {0}")
@ValueSource(booleans = {false, true})
class VectorMathTest {
    private final NativeOptions options;
    private final VectorMath vectorMath;

    VectorMathTest(boolean wide) {
        options =
                NativeOptions.DEFAULT.withStrictMath(true).withVectorMath(true).withWide(wide);
        vectorMath = VectorMath.of(options);
        assumeTrue(vectorMath.isWide() == wide, "skipped: this machine has no AVX-512");
    }

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
                vectorMath.scalar(MathFunction.EXP).isPresent(), "skipped: this JDK has no libjsvml for this machine");
    }

    private NativeFunction compiled(String method) {
        return NativeBackend.compile(MethodHandles.lookup(), method, options);
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

    /** One by one, in groups as wide as vectors, and of all magnitudes. */
    @ParameterizedTest
    @EnumSource(
            value = MathFunction.class,
            names = {
                "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "SINH", "COSH", "TANH", "EXP", "EXPM1", "LOG", "LOG10",
                "LOG1P", "CBRT"
            })
    void everyFunctionIsNearStrictMathWithTheSameBitsInVectors(MathFunction function) throws Throwable {
        assertTrue(vectorMath.scalar(function).isPresent());
        NativeFunction compiled = NativeBackend.compile(
                Parser.parse("""
                        function each(%%0: double[], %%1: double[]): void {
                        b0:
                          %%2 = constant 0
                          %%3: int = array_length %%0
                          jump b1(%%2)
                        b1(%%4: int):
                          %%5 = lt %%4, %%3
                          branch %%5, b2, b3
                        b2:
                          %%6: double = array_load double %%0, %%4
                          %%7: double = math %s %%6
                          array_store double %%1, %%4, %%7
                          %%8 = constant 1
                          %%9: int = add %%4, %%8
                          jump b1(%%9)
                        b3:
                          return
                        }
                        """.formatted(function.methodName())), MethodHandles.lookup(), options);
        Method strict = StrictMath.class.getMethod(function.methodName(), double.class);
        SplittableRandom random = new SplittableRandom(function.name().hashCode());
        double[] x = new double[40_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = switch (i & 3) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextDouble(-1, 1);
                case 2 -> random.nextDouble(-800, 800);
                default -> Math.scalb(random.nextDouble(0.5, 2), random.nextInt(-60, 60));
            };
        }
        double[] together = new double[x.length];
        compiled.handle().invokeExact(x, together);
        double[] alone = new double[1];
        for (int i = 0; i < x.length; i++) {
            compiled.handle().invokeExact(new double[] {x[i]}, alone);
            double expected = (double) strict.invoke(null, x[i]);
            String call = function + " of " + x[i];
            assertEquals(Double.doubleToLongBits(alone[0]), Double.doubleToLongBits(together[i]), call);
            // Each is within 1 ulp, sinh and cosh and tanh within 2.5, as Math says.
            double allowed = switch (function) {
                        case SINH, COSH, TANH -> 5;
                        default -> 2;
                    }
                    * Math.ulp(expected);
            assertEquals(expected, together[i], Double.isFinite(allowed) ? allowed : 0, call);
        }
    }
}
