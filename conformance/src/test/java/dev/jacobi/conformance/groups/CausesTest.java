package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Jacobi;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Exceptions that hold other exceptions, as causes and as suppressed ones, with numbers in them. */
class CausesTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";
    private static final String OTHER = "[0.3, 0.6, 0.2]";

    private static class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;

        final double value;

        Carrier(double value) {
            super("carries");
            this.value = value;
        }

        Carrier(double value, Throwable cause) {
            super("carries " + value, cause);
            this.value = value;
        }
    }

    private static class Wrapper extends Exception {
        private static final long serialVersionUID = 1;

        Wrapper(Throwable cause) {
            super(cause);
        }
    }

    private static double guarded(double v) {
        if (v > 0.5) {
            throw new Carrier(v * v);
        }
        return Math.sin(v);
    }

    @Case(POINT)
    @Case(OTHER)
    static double wrapped(double[] x) {
        try {
            try {
                return guarded(x[0]);
            } catch (Carrier carrier) {
                throw new Wrapper(carrier);
            }
        } catch (Wrapper wrapper) {
            return ((Carrier) wrapper.getCause()).value * x[1];
        }
    }

    private static double recursive(double[] x, int depth) {
        if (depth == 0) {
            return guarded(x[0]);
        }
        try {
            return recursive(x, depth - 1) * x[1];
        } catch (Carrier carrier) {
            throw new Carrier(carrier.value * x[depth % 3], carrier);
        }
    }

    @Case(POINT)
    @Case(OTHER)
    static double causesOfRecursion(double[] x) {
        try {
            return recursive(x, 3);
        } catch (Carrier carrier) {
            double sum = 0;
            for (Throwable each = carrier; each instanceof Carrier current; each = each.getCause()) {
                sum = sum * 2 + current.value;
            }
            return sum;
        }
    }

    private static <T> T unchecked(Supplier<T> supplier) {
        try {
            return supplier.get();
        } catch (Carrier carrier) {
            throw new IllegalStateException("failed", carrier);
        }
    }

    @Case(POINT)
    @Case(OTHER)
    static double wrappedByExceptionOfTheJdk(double[] x) {
        try {
            return unchecked(() -> guarded(x[0]));
        } catch (IllegalStateException e) {
            return e.getCause() instanceof Carrier carrier ? carrier.value * x[1] : -1;
        }
    }

    @Case(POINT)
    static double wrappedTwice(double[] x) {
        try {
            throw new IllegalArgumentException(new RuntimeException("inner", new Carrier(x[0] * x[1])));
        } catch (IllegalArgumentException e) {
            return e.getCause().getCause() instanceof Carrier carrier ? carrier.value * carrier.value : 0;
        }
    }

    @Case(POINT)
    static double causeSetLater(double[] x) {
        Carrier carrier = new Carrier(x[0]);
        carrier.initCause(new Carrier(x[1]));
        try {
            throw carrier;
        } catch (Carrier caught) {
            return caught.value * ((Carrier) caught.getCause()).value;
        }
    }

    @Case(POINT)
    @SuppressWarnings("NarrowCalculation") // it divides by zero
    static double withoutCause(double[] x) {
        try {
            return 1 / (int) x[0];
        } catch (ArithmeticException e) {
            RuntimeException wrapper = new RuntimeException(e);
            return wrapper.getCause() == e && e.getCause() == null ? x[0] * x[1] : x[2];
        }
    }

    @Case(POINT)
    static double suppressed(double[] x) {
        Carrier carrier = new Carrier(x[0]);
        carrier.addSuppressed(new Carrier(x[1] * x[2]));
        carrier.addSuppressed(new IllegalStateException());
        double product = carrier.value;
        for (Throwable each : carrier.getSuppressed()) {
            if (each instanceof Carrier other) {
                product *= other.value;
            }
        }
        return product * carrier.getSuppressed().length;
    }

    private record Resource(double[] numbers) implements AutoCloseable {
        double use() {
            return numbers[0] * numbers[1];
        }

        @Override
        public void close() {
            numbers[2] += numbers[0] * 3;
        }
    }

    @Case(POINT)
    @Case(OTHER)
    static double thrownOutOfResource(double[] x) {
        double[] numbers = x.clone();
        try (Resource resource = new Resource(numbers)) {
            if (x[0] > 0.5) {
                throw new Carrier(resource.use());
            }
            return resource.use() * 2;
        } catch (Carrier carrier) {
            return carrier.value * numbers[2];
        }
    }

    private record Failing(double value) implements AutoCloseable {
        @Override
        public void close() {
            throw new Carrier(value * 2);
        }
    }

    @Case(POINT)
    static double thrownByClosing(double[] x) {
        try (Failing resource = new Failing(x[1])) {
            throw new Carrier(x[0] * resource.value());
        } catch (Carrier carrier) {
            return carrier.value + ((Carrier) carrier.getSuppressed()[0]).value * x[2];
        }
    }

    private static class Own extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Carrier inner;

        Own(Carrier inner) {
            this.inner = inner;
        }

        @Override
        public synchronized Throwable getCause() {
            return inner;
        }
    }

    @SuppressWarnings("InfiniteRecursion") // it ends by an exception
    private static double throwing(double[] x, int depth) {
        if (depth == 0) {
            throw new Own(new Carrier(x[0]));
        }
        return throwing(x, depth - 1) + 1;
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double causeOfItsOwnKind(double[] x) {
        try {
            return throwing(x, 2);
        } catch (RuntimeException e) {
            return ((Carrier) e.getCause()).value * x[1];
        }
    }

    @Test
    void secondDerivativesGoThroughCauses() {
        double[] x = {0.7, 0.4, 0.9};
        ScalarFunction<double[]> function = CausesTest::causesOfRecursion;
        double[][] hessian = Jacobi.hessian(function).at(x);
        double step = 1e-6;
        for (int column = 0; column < x.length; column++) {
            double[] above = x.clone();
            double[] below = x.clone();
            above[column] += step;
            below[column] -= step;
            double[] up = Jacobi.gradient(function).at(above);
            double[] down = Jacobi.gradient(function).at(below);
            for (int row = 0; row < x.length; row++) {
                assertEquals((up[row] - down[row]) / (2 * step), hessian[row][column], 1e-7);
                assertEquals(hessian[column][row], hessian[row][column], 1e-12);
            }
        }
    }
}
