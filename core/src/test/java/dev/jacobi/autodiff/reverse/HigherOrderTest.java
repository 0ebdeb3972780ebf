package dev.jacobi.autodiff.reverse;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.autodiff.Code;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.forward.ForwardMode;
import dev.jacobi.ir.Function;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

/** Both modes on the output of reverse mode. */
class HigherOrderTest {

    @SuppressWarnings("unused")
    private static final class Samples {
        static double number(double x) {
            return Math.sin(x) * x * x;
        }

        static double cubes(double[] x) {
            double sum = 0;
            for (double element : x) {
                sum += element * element * element;
            }
            return sum;
        }
    }

    private static double second(double x) {
        return -x * x * Math.sin(x) + 4 * x * Math.cos(x) + 2 * Math.sin(x);
    }

    @Test
    void forwardOverReverseOfANumber() throws Throwable {
        Function reverse =
                ReverseMode.transform(Code.lift(Samples.class, "number"), DerivativeRequest.reverse(false, ACTIVE));
        Function derivative = ForwardMode.transform(reverse, DerivativeRequest.forward(false, DUAL, CONST));
        MethodHandle handle = Code.compile(derivative, MethodHandles.lookup());
        assertEquals(second(0.7), (double) handle.invoke(0.7, 1.0, 1.0), 1e-14);
    }

    @Test
    void reverseOverReverseOfANumber() throws Throwable {
        Function reverse =
                ReverseMode.transform(Code.lift(Samples.class, "number"), DerivativeRequest.reverse(false, ACTIVE));
        Function derivative = ReverseMode.transform(reverse, DerivativeRequest.reverse(false, ACTIVE, CONST));
        MethodHandle handle = Code.compile(derivative, MethodHandles.lookup());
        assertEquals(second(0.7), (double) handle.invoke(0.7, 1.0, 1.0), 1e-14);
    }

    @Test
    void hessianTimesVectorByForwardOverReverse() throws Throwable {
        Function reverse =
                ReverseMode.transform(Code.lift(Samples.class, "cubes"), DerivativeRequest.reverse(false, DUPLICATED));
        Function derivative = ForwardMode.transform(reverse, DerivativeRequest.forward(false, DUAL, DUAL, CONST));
        MethodHandle handle = Code.compile(derivative, MethodHandles.lookup());
        double[] x = {1, 2, 3};
        double[] gradient = new double[3];
        double[] product = new double[3];
        handle.invoke(x, new double[] {1, 10, 100}, gradient, product, 1.0);
        assertArrayEquals(new double[] {3, 12, 27}, gradient, 1e-14);
        assertArrayEquals(new double[] {6, 120, 1800}, product, 1e-12);
    }
}
