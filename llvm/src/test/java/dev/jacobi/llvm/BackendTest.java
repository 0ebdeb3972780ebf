package dev.jacobi.llvm;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code Options.withBackend}: every form of derivative gives the same bits wherever it runs. */
class BackendTest {
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);
    /** AUTO has tried both versions by then, or has not finished compiling: the bits must be the same in any case. */
    private static final int CALLS = 2_000;

    static double loss(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.exp(-x[i] * x[i]) * Math.sin(i * x[i]);
        }
        return sum;
    }

    static double[] wave(double[] x) {
        double[] y = new double[x.length];
        for (int i = 1; i < x.length; i++) {
            y[i] = Math.cos(x[i - 1]) * x[i];
        }
        return y;
    }

    static double first(double[] x, int index) {
        return x[index] * x[index];
    }

    static double ofText(String text, double x) {
        return text.length() * x;
    }

    interface First {
        double apply(double[] x, double[] gradient, int index, double seed);
    }

    private static void sameBits(Backend backend, Function<Options, ?> use) {
        String expected = BothBackends.describe(use.apply(STRICT));
        Options other = STRICT.withBackend(backend);
        assertEquals(expected, BothBackends.describe(use.apply(other)));
    }

    private static double[] x() {
        return new double[] {0.5, -1.25, 2, 0.125, 3};
    }

    private static Object repeated(java.util.function.Supplier<double[]> call) {
        double[] first = call.get();
        for (int i = 0; i < CALLS; i++) {
            assertArrayEquals(first, call.get());
        }
        return first;
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void gradients(Backend backend) {
        sameBits(backend, options -> {
            Gradient<double[]> gradient = Jacobi.gradient(BackendTest::loss, options);
            return repeated(() -> gradient.at(x()));
        });
        sameBits(backend, options -> {
            double[] gradient = new double[5];
            double value = Jacobi.gradient(BackendTest::loss, options).into(x(), gradient);
            assertEquals(loss(x()), value, 1e-15 * Math.abs(value));
            return gradient;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void derivativesOfNumbers(Backend backend) {
        sameBits(backend, options -> {
            DoubleUnaryOperator second = Jacobi.derivative(x -> x * Math.exp(x) * Math.sin(x), 2, options);
            return repeated(() -> new double[] {second.applyAsDouble(0.75)});
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void products(Backend backend) {
        double[] direction = {1, 2, 3, 4, 5};
        sameBits(
                backend, options -> Jacobi.jvp((double[] x) -> loss(x), options).at(x(), direction));
        sameBits(
                backend,
                options -> Jacobi.jvp((double[] x) -> loss(x), options)
                        .at(x(), List.of(direction, x(), direction, x(), direction)));
        sameBits(
                backend, options -> Jacobi.jvp((double[] x) -> wave(x), options).at(x(), direction));
        sameBits(
                backend, options -> Jacobi.vjp((double[] x) -> wave(x), options).at(x(), direction));
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void matrices(Backend backend) {
        sameBits(
                backend,
                options -> flat(Jacobi.jacobian(BackendTest::wave, options).at(x())));
        sameBits(
                backend,
                options -> flat(Jacobi.hessian(BackendTest::loss, options).at(x())));
        sameBits(backend, options -> Jacobi.hvp(BackendTest::loss, options).at(x(), x()));
    }

    private static double[] flat(double[][] matrix) {
        return java.util.Arrays.stream(matrix)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void interfacesOfTheUser(Backend backend) {
        sameBits(backend, options -> {
            double[] gradient = new double[5];
            double value = Jacobi.of(BackendTest.class, "first")
                    .with(options)
                    .reverse(DUPLICATED, CONST)
                    .as(First.class)
                    .apply(x(), gradient, 2, 1);
            assertEquals(4.0, value);
            return gradient;
        });
        sameBits(backend, options -> {
            try {
                return (double[]) Jacobi.of(BackendTest.class, "first")
                        .with(options)
                        .forward(DUAL, CONST)
                        .asMethodHandle()
                        .invokeExact(x(), x(), 1);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void exceptionsAreJavas(Backend backend) {
        First gradient = Jacobi.of(BackendTest.class, "first")
                .with(STRICT.withBackend(backend))
                .reverse(DUPLICATED, CONST)
                .as(First.class);
        for (int call = 0; call < CALLS; call++) {
            double[] shadow = new double[5];
            var thrown =
                    assertThrows(ArrayIndexOutOfBoundsException.class, () -> gradient.apply(x(), shadow, 1 << 30, 1));
            if (call < 10) { // later HotSpot may throw one without a message
                assertEquals("Index 1073741824 out of bounds for length 5", thrown.getMessage());
            }
            assertArrayEquals(new double[5], shadow);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LLVM", "AUTO"})
    void shadowsAreCheckedAsEverywhere(Backend backend) {
        First gradient = Jacobi.of(BackendTest.class, "first")
                .with(STRICT.withBackend(backend))
                .reverse(DUPLICATED, CONST)
                .as(First.class);
        JacobiException refusal = assertThrows(JacobiException.class, () -> gradient.apply(x(), new double[4], 1, 1));
        assertEquals(Refusal.WRONG_SHADOW, refusal.refusal());
    }

    @Test
    void withoutStrictMathTheyDifferByTheUlpsThatMathPromises() {
        double[] jvm = Jacobi.gradient(BackendTest::loss).at(x());
        double[] compiled = Jacobi.gradient(BackendTest::loss, Options.DEFAULT.withBackend(Backend.LLVM))
                .at(x());
        assertArrayEquals(jvm, compiled, 1e-14);
    }

    @Test
    void strictMathIsStrictMath() {
        double[] x = x();
        for (Backend backend : Backend.values()) {
            DoubleUnaryOperator derivative = Jacobi.derivative(Math::exp, 1, STRICT.withBackend(backend));
            for (int i = 0; i < 100; i++) {
                assertEquals(StrictMath.exp(0.01 * i), derivative.applyAsDouble(0.01 * i));
            }
        }
        assertTrue(x.length > 0);
    }

    private static String refused(Runnable work) {
        JacobiException refusal = assertThrows(JacobiException.class, work::run);
        assertEquals(Refusal.NOT_NATIVE, refusal.refusal());
        return refusal.getMessage();
    }

    @Test
    void whatIsNotNativeIsRefusedIfNativeCodeIsAskedFor() {
        Options llvm = Options.DEFAULT.withBackend(Backend.LLVM);
        assertEquals(
                "cannot compile dev.jacobi.llvm.BackendTest.ofText.reverse natively: it takes java.lang.String",
                refused(() -> Jacobi.of(BackendTest.class, "ofText")
                                .with(llvm)
                                .reverse(CONST, ACTIVE)
                                .asMethodHandle())
                        .lines()
                        .findFirst()
                        .orElse(""));
        assertEquals(
                "cannot compile the two parts of the derivative of dev.jacobi.llvm.BackendTest.first(double[], int) natively: the tape between them is on the JVM",
                refused(() -> Jacobi.of(BackendTest.class, "first")
                                .with(llvm)
                                .reverse(DUPLICATED, CONST)
                                .split())
                        .lines()
                        .findFirst()
                        .orElse(""));
    }

    @Test
    void whatIsNotNativeStaysOnTheJvmUnderAuto() throws Throwable {
        Options auto = Options.DEFAULT.withBackend(Backend.AUTO);
        var gradient = Jacobi.of(BackendTest.class, "ofText")
                .with(auto)
                .reverse(CONST, ACTIVE)
                .asMethodHandle();
        assertArrayEquals(new double[] {9, 3}, (double[]) gradient.invoke("abc", 3.0, 1.0));
        var split = Jacobi.of(BackendTest.class, "first").with(auto).reverse(DUPLICATED, CONST);
        assertTrue(split.split() != null);
    }
}
