package dev.jacobi.autodiff.reverse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.FiniteDifferences;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.Pipeline;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives of derivatives of functions of one number, up to order 4, in every sequence of modes. */
class DerivativeChainsTest {
    private static final double X = 0.7;

    @SuppressWarnings("unused")
    private static final class Samples {
        /** x to the power of 7; the intermediate powers are on the tape. */
        static double power(double x) {
            double y = 1;
            for (int i = 0; i < 7; i++) {
                y *= x;
            }
            return y;
        }

        /** The number of trips depends on the data. */
        static double untilSmall(double x) {
            double y = x;
            int trips = 0;
            while (y > 0.01) {
                y = Math.sin(y) * x * 0.9;
                trips++;
            }
            return y + trips;
        }

        static double nested(double x) {
            double sum = 0;
            double y = x;
            for (int i = 1; i < 4; i++) {
                for (int j = 0; j < i; j++) {
                    y = Math.sin(y + j) * x;
                    sum += y * y;
                }
            }
            return sum;
        }

        static double branches(double x) {
            double y = x;
            for (int i = 0; i < 6; i++) {
                if (y > 0.5) {
                    y = y * y;
                } else {
                    y = Math.exp(y) * x;
                }
            }
            return y;
        }

        /** Arrays made in a loop: the references are on the tape. */
        static double arrays(double x) {
            double sum = 0;
            double[] last = {x, x * x, 1};
            for (int i = 0; i < 4; i++) {
                double[] next = new double[3];
                for (int j = 0; j < 3; j++) {
                    next[j] = Math.cos(last[j] * x + i);
                }
                last = next;
                sum += last[i % 3] * last[1];
            }
            return sum;
        }

        static double copies(double x) {
            double[] a = new double[8];
            java.util.Arrays.fill(a, x);
            for (int i = 1; i < 8; i++) {
                a[i] = a[i - 1] * x + Math.sin(a[i]);
                if (i % 3 == 0) {
                    System.arraycopy(a, 0, a, 1, i);
                }
            }
            double[] b = a.clone();
            double sum = 0;
            for (int i = 0; i < 8; i++) {
                sum += a[i] * b[7 - i];
            }
            return sum;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"power", "untilSmall", "nested", "branches", "arrays", "copies"})
    void everySequenceOfModesGivesTheSame(String name) throws Throwable {
        Function primal = Code.lift(Samples.class, name);
        double[] values = new double[5];
        chains(primal, "", values, new boolean[5]);
    }

    private static void chains(Function function, String modes, double[] values, boolean[] known) throws Throwable {
        optimize(function);
        MethodHandle handle = Code.compile(function, MethodHandles.lookup());
        int order = modes.length();
        double value = (double) handle.invoke(X);
        // Pooled arrays hold now what the first call left.
        assertEquals(value, (double) handle.invoke(X), modes);
        assertEquals(value, (double) new Interpreter(MethodHandles.lookup()).call(function, List.of(X)), modes);
        if (known[order]) {
            assertEquals(values[order], value, 1e-11 * Math.max(1, Math.abs(value)), modes);
        }
        values[order] = value;
        known[order] = true;
        if (order == 4) {
            return;
        }
        Function forward = ForwardMode.transform(function, DerivativeRequest.forward(false, Activity.DUAL));
        double numeric = FiniteDifferences.derivative(x -> call(handle, x), X, 0.01);
        bindLast(forward);
        chains(forward, modes + "f", values, known);
        assertEquals(numeric, values[order + 1], 1e-7 * Math.max(1, Math.abs(numeric)), modes + "f");
        Function reverse = ReverseMode.transform(function, DerivativeRequest.reverse(false, Activity.ACTIVE));
        bindLast(reverse);
        chains(reverse, modes + "r", values, known);
    }

    private static double call(MethodHandle handle, double x) {
        try {
            return (double) handle.invoke(x);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void bindLast(Function function) {
        Instruction one = function.newInstruction(OpCode.CONSTANT, 1.0, List.of(), null);
        Value last = function.entry().removeParameter(function.parameters().size() - 1);
        function.entry().insert(0, one);
        function.replaceValues(Map.of(last, one.value()));
    }

    private static void optimize(Function function) {
        Pipeline.forDifferentiation(DerivativeChainsTest.class, KnownCall::isKnown)
                .run(function);
    }
}
