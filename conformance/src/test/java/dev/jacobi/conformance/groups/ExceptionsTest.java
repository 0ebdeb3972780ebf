package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.ScalarFunction;
import org.junit.jupiter.api.Test;

/** Exceptions inside of differentiated code: thrown here or by calls, caught, with numbers in them, around loops and resources. */
@SuppressWarnings("InfiniteRecursion") // recursion that ends by an exception
class ExceptionsTest extends GroupTest {
    private static int steps;

    /** Carries a number that varies. */
    static final class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final double value;

        Carrier(String message, double value) {
            super(message);
            this.value = value;
        }
    }

    /** As {@link Carrier}, checked, without a stack trace, mutable. */
    static class Bare extends Exception {
        private static final long serialVersionUID = 1;

        private double value;

        Bare(double value) {
            super("bare " + value, null, false, false);
            this.value = value * value;
        }
    }

    @Case("[0.7, -1.3, 2.4]")
    static double numberInAnException(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                if (v < 1) {
                    throw new Carrier("at " + v, v * x[1]);
                }
                sum += v * v;
            } catch (Carrier e) {
                sum += e.value * e.value;
            }
        }
        return sum;
    }

    private static double checked(double v) throws Bare {
        steps++;
        if (v < 1) {
            throw new Bare(v);
        }
        return v * 0.5;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double numberInAnExceptionOfAMethod(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                sum += checked(v) * x[0];
            } catch (Bare e) {
                e.value *= 3;
                sum += e.value * x[2];
            } finally {
                sum *= x[1];
                steps++;
            }
        }
        return sum;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double exceptionThatIsKept(double[] x) {
        Exception kept = null;
        double sum = 0;
        for (double v : x) {
            try {
                if (v < 0) {
                    throw new Carrier("kept", v * v);
                }
                sum += v * v;
            } catch (Carrier e) {
                kept = e;
            }
        }
        return kept instanceof Carrier carrier ? sum * carrier.value : sum;
    }

    private static double descend(int n, double v) {
        if (n == 0) {
            if (v < 0) {
                throw new IllegalStateException("at the end: " + v);
            }
            return v * v;
        }
        return v * descend(n - 1, v * 0.9 - 0.3);
    }

    @Case("[0.7, -1.3, 2.4]")
    static double exceptionOfARecursion(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                sum += descend(3, v);
            } catch (IllegalStateException _) {
                sum += v * x[0];
            }
        }
        return sum;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double anyExceptionOfARecursion(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                try {
                    sum += descend(3, v);
                } finally {
                    steps++;
                    sum *= 1.1;
                }
            } catch (RuntimeException _) {
                sum += v * x[0];
            }
        }
        return sum;
    }

    private static double descendInto(double[] x, int n) {
        if (n == 0) {
            throw new IllegalStateException("x[0] is " + x[0]);
        }
        double factor = Math.sin(x[n % x.length] * n);
        return factor * descendInto(x, n - 1) * factor;
    }

    /** The recursion needs more room on the tape than there was, and throws: what was recorded before is still there. */
    @Case("[0.7, -1.3, 2.4]")
    static double exceptionFromFarBelow(double[] x) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += descend(5 + i, x[i] * x[i] + 4);
            try {
                sum += descendInto(x, 300);
            } catch (IllegalStateException _) {
                sum = sum * sum * 0.01 + x[0];
            }
            sum += descend(3, x[1] * x[1] + 2);
        }
        return sum;
    }

    private static double untilTooLarge(double[] x, int n, double limit) {
        if (n == 0) {
            return x[0];
        }
        double[] own = {Math.sin(x[n % x.length] * n), x[1]};
        own[1] *= own[0];
        if (own[0] > limit) {
            throw new IllegalStateException();
        }
        return own[1] * untilTooLarge(x, n - 1, limit) + own[0];
    }

    @Case("[0.7, -1.3, 2.4]")
    static double someCallsThrow(double[] x) {
        double sum = 1;
        for (int i = 1; i < 8; i++) {
            try {
                sum += untilTooLarge(x, i, 0.9);
                sum *= x[2];
            } catch (IllegalStateException _) {
                sum += x[i % 3];
            } finally {
                sum *= 1.01;
                steps++;
            }
        }
        return sum;
    }

    private static double handlersOnTheWay(double[] x, int n) {
        try {
            if (n == 0) {
                throw new IllegalStateException();
            }
            return x[n % x.length] * handlersOnTheWay(x, n - 1) + 0.1;
        } catch (IllegalStateException e) {
            if (n < 2) {
                throw new IllegalStateException(e);
            }
            return x[n % x.length] * x[0];
        } finally {
            steps++;
        }
    }

    @Case("[0.7, -1.3, 2.4]")
    static double recursionWithHandlers(double[] x) {
        return handlersOnTheWay(x, 6) * x[1];
    }

    private static double writeThenThrow(double[] x, int n) {
        x[n] *= 2;
        if (n == 2) {
            throw new IllegalStateException();
        }
        return writeThenThrow(x, n + 1);
    }

    @Case("[0.7, -1.3, 2.4]")
    static double caughtAfterWriting(double[] x) {
        try {
            return writeThenThrow(x, 0);
        } catch (IllegalStateException _) {
            return x[0] * x[1];
        }
    }

    private static double writeAndThrowAtTheEnd(double[] x, int n) {
        x[n] *= Math.sin(x[(n + 1) % 3]);
        if (x[n] > 1.5) {
            throw new IllegalStateException();
        }
        return n == 2 ? x[0] : x[n] * writeAndThrowAtTheEnd(x, n + 1);
    }

    @Case("[0.7, -1.3, 2.4]")
    @Case("[0.7, 2.3, 1.4]")
    @Case("[2.7, 1.3, 1.4]")
    static double twoCallsInOneBlock(double[] x) {
        double sum = x[1];
        try {
            sum += writeAndThrowAtTheEnd(x, 0);
            x[2] += 2;
            sum *= writeAndThrowAtTheEnd(x, 1);
        } catch (IllegalStateException _) {
            sum += x[0] * x[1];
        }
        return sum + x[2] * x[2];
    }

    private static void scale(double[] x) {
        x[0] *= 3;
    }

    private static double writeWhenThrowing(double[] x, int n) {
        if (n == 0) {
            scale(x);
            throw new IllegalStateException();
        }
        return writeWhenThrowing(x, n - 1);
    }

    @Case("[0.7, -1.3, 2.4]")
    static double caughtAfterWritingAtTheEnd(double[] x) {
        try {
            return writeWhenThrowing(x, 3);
        } catch (IllegalStateException _) {
            return x[0] * x[1];
        }
    }

    private static double carry(int n, double v) {
        if (n == 0) {
            throw new Carrier("from below", v * v);
        }
        return v * carry(n - 1, v * 0.9);
    }

    @Case("1.3")
    static double numberInAnExceptionOfARecursion(double x) {
        try {
            return carry(3, x);
        } catch (Carrier e) {
            return e.value * x;
        }
    }

    interface Function {
        double at(double v);
    }

    record Root(int sign) implements Function {
        @Override
        public double at(double v) {
            if (v * sign < 0) {
                throw new IllegalArgumentException("negative: " + v);
            }
            return Math.sqrt(v * sign) * v;
        }
    }

    record Cube() implements Function {
        @Override
        public double at(double v) {
            if (v > 1) {
                throw new ArithmeticException();
            }
            return v * v * v;
        }
    }

    @Case("[0.7, -1.3, 2.4, 1.2]")
    static double exceptionsOfSeveralClasses(double[] x) {
        Function[] functions = {new Root(1), new Cube(), new Root(-1)};
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (Function function : functions) {
                try {
                    sum += function.at(x[i]);
                } catch (IllegalArgumentException | ArithmeticException _) {
                    sum += x[i] * x[0];
                }
            }
        }
        return sum;
    }

    @Case("[0.7, -1.3, 2.4, 1.2]")
    static double everythingIsCaught(double[] x) {
        Function[] functions = {new Root(1), new Cube()};
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            try {
                sum += functions[i % 2].at(x[i]);
            } catch (Throwable _) {
                sum += x[i] * x[0];
            }
        }
        return sum;
    }

    /** Counts how often it is closed. */
    static final class Resource implements AutoCloseable {
        private double value;

        Resource(double value) {
            this.value = value;
        }

        double square() {
            if (value < 0) {
                throw new IllegalArgumentException("negative");
            }
            return value * value;
        }

        @Override
        public void close() {
            steps++;
            value = 0;
        }
    }

    @Case("[0.7, -1.3, 2.4]")
    static double resources(double[] x) {
        double sum = 0;
        for (double v : x) {
            try (Resource one = new Resource(v * x[0]);
                    Resource other = new Resource(2 * v)) {
                sum += one.square() * other.value;
            } catch (IllegalArgumentException _) {
                sum += v * v * v;
            }
        }
        return sum;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double resourceAroundACall(double[] x) {
        double sum = 0;
        for (double v : x) {
            try (Resource resource = new Resource(v)) {
                sum += resource.value * descend(2, v);
            } catch (RuntimeException _) {
                sum += v * x[1];
            }
        }
        return sum;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double loopLeftByAnException(double[] x) {
        double product = 1;
        try {
            for (int i = 0; ; i++) {
                product *= x[i];
                if (product < 0.5 && product > 0) {
                    product += x[0];
                }
            }
        } catch (ArrayIndexOutOfBoundsException _) {
            product *= product;
        }
        return product;
    }

    @Case("[0.7, 1.3]")
    @Case("[0.7, 0.3]")
    static double finallyWithActiveCode(double[] x) {
        double y = x[0];
        try {
            y *= x[1];
            if (y > 0.5) {
                return y * Math.sin(y) * x[0];
            }
            y += 1;
        } finally {
            x[0] = x[0] * y;
        }
        return y + x[0];
    }

    @Case("[1.1, 1.3]")
    static double returnFromAHandlerInALoop(double[] x) {
        double y = x[0];
        while (true) {
            try {
                y *= x[1];
                if (y > 2) {
                    throw new IllegalStateException();
                }
            } catch (IllegalStateException _) {
                return y * y;
            } finally {
                y += 0.1;
                steps++;
            }
        }
    }

    @Case("[0.7, -1.3, 2.4]")
    static double exceptionFromAHandler(double[] x) {
        double sum = 0;
        for (double v : x) {
            try {
                try {
                    if (v < 0) {
                        throw new IllegalStateException();
                    }
                    sum += v * v;
                } catch (IllegalStateException e) {
                    sum += v;
                    throw new UnsupportedOperationException(e);
                }
            } catch (UnsupportedOperationException _) {
                sum *= x[0];
            }
        }
        return sum;
    }

    private static double step(double h, double y) {
        if (h * h + y > 1.4) {
            throw new ArithmeticException("the step is too large: " + h);
        }
        return y * Math.exp(h);
    }

    @Case("1.7; 1.1")
    static double retryWithAShorterStep(double h, double y) {
        double shorter = h;
        for (int attempt = 0; attempt < 6; attempt++) {
            try {
                return step(shorter, y);
            } catch (ArithmeticException _) {
                shorter *= 0.5;
            }
        }
        return shorter;
    }

    @Case("[0.7, -1.3, 2.4]")
    static double partOfALoopWasDone(double[] x) {
        double[] y = new double[3];
        try {
            for (int i = 0; i < 5; i++) {
                y[i] = x[i % 3] * x[0];
            }
        } catch (ArrayIndexOutOfBoundsException _) {
            steps++;
        }
        return y[0] + y[1] * y[2];
    }

    private static void happensOnce(ScalarFunction<double[]> function) {
        double[] x = {0.7, -1.3, 2.4};
        steps = 0;
        double value = function.applyAsDouble(x.clone());
        int expected = steps;
        Gradient<double[]> gradient = Jacobi.gradient(function);
        DirectionalDerivative<double[]> slope = Jacobi.jvp(function);
        steps = 0;
        assertEquals(value, gradient.into(x.clone(), new double[3]));
        assertEquals(expected, steps);
        steps = 0;
        slope.at(x.clone(), new double[] {1, 0, 0});
        assertEquals(expected, steps);
    }

    @Test
    void resourcesAreClosedOnceAndFinallyRunsOnce() {
        happensOnce(ExceptionsTest::resources);
        happensOnce(ExceptionsTest::resourceAroundACall);
        happensOnce(ExceptionsTest::numberInAnExceptionOfAMethod);
        happensOnce(ExceptionsTest::anyExceptionOfARecursion);
        happensOnce(ExceptionsTest::partOfALoopWasDone);
    }
}
