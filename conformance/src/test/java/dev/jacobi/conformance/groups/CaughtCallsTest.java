package dev.jacobi.conformance.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/** Exceptions of calls that are not inlined, which have written to active memory before, or hold numbers themselves, and are caught. */
@SuppressWarnings("InfiniteRecursion") // recursion that ends by an exception
class CaughtCallsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    static class Carrier extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final double value;

        Carrier(double value) {
            super(null, null, false, false);
            this.value = value;
        }
    }

    sealed interface Figure {}

    record Disc(double radius) implements Figure {}

    record Frame(double width, double height) implements Figure {}

    private static double damped(int count, double number, double[] a) {
        double x =
                number * Math.cos(IntStream.range(0, 4).mapToDouble(_ -> number).sum() / 1.9);
        if (count <= 0) {
            return 0.2;
        }
        double below = damped(count - 1, Math.sin(x + 0.3), a);
        a[count % a.length] += 0.125 * x;
        return 0.5 * below + x;
    }

    /** The constant that the call is given stands in the loop of the switch, has more than one way out of it, and passes another loop. */
    @Case(POINT)
    static double behindTheLoopOfASwitch(double[] x) {
        Figure figure = new Disc(x[2]);
        double number = switch (figure) {
            case Disc(double radius) -> Math.sin(radius) * radius;
            case Frame(double width, double height) when height < width -> 0.2;
            default -> 0.5;
        };
        try {
            number = damped(2, x[0], x);
        } catch (Carrier | IllegalStateException _) {
            number += 1;
        }
        return number * x[0];
    }

    private static void solve(double[] a, int i) {
        a[i] = a[i] * a[i] + 0.1;
        if (i == a.length - 1) {
            if (a[0] < 5) {
                throw new ArithmeticException("singular");
            }
            return;
        }
        solve(a, i + 1);
        a[i] *= 3;
    }

    @Case(POINT)
    static double fallback(double[] x) {
        double[] a = x.clone();
        try {
            solve(a, 0);
            return a[0] * a[1];
        } catch (ArithmeticException _) {
            return a[0] + a[1] * a[2] * a[0];
        }
    }

    @Case(POINT)
    static double sometimesThrown(double[] x) {
        double[] a = {x[0] + 5, x[1], x[2]};
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            try {
                solve(a, 0);
                sum += a[0] * 1e-3;
            } catch (ArithmeticException _) {
                sum += a[1] * 2 * k;
            }
            a[0] -= 600 * k;
            sum *= 1.1;
        }
        return sum + a[0] * a[1] * 1e-8;
    }

    private static void cleaning(double[] a, int i) {
        try {
            a[i] *= a[(i + 1) % a.length];
            if (i == 2) {
                throw new IllegalStateException();
            }
            cleaning(a, i + 1);
            a[0] *= 100;
        } finally {
            a[0] = Math.sin(a[0] + a[i]);
        }
    }

    @Case(POINT)
    static double finallyInEachFrame(double[] x) {
        double[] a = x.clone();
        try {
            cleaning(a, 0);
        } catch (IllegalStateException _) {
            a[1] *= 2;
        }
        return a[0] * a[1] + a[2];
    }

    private static final class Resource implements AutoCloseable {
        private final double[] a;
        private int closed;

        Resource(double[] a) {
            this.a = a;
        }

        @Override
        public void close() {
            a[0] *= 1.5;
            closed++;
            if (closed > 1) {
                throw new AssertionError("closed twice");
            }
        }
    }

    private static void add(double[] a, int i) {
        if (i > 3) {
            throw new IllegalArgumentException("deep");
        }
        a[i % 3] += a[(i + 1) % 3] * a[i % 3];
        add(a, i + 1);
    }

    @Case(POINT)
    static double resourceClosedOnce(double[] x) {
        double[] a = x.clone();
        double sum = 1;
        try (Resource _ = new Resource(a)) {
            add(a, 0);
            sum = 7;
        } catch (IllegalArgumentException _) {
            sum = a[0] * a[2];
        }
        return sum * a[0];
    }

    private static double again(double[] a, int depth) {
        if (depth == 0) {
            a[0] *= a[1];
            throw new IllegalStateException("leaf");
        }
        double result = 0;
        try {
            a[1] += a[2] * 0.3;
            result = again(a, depth - 1);
            a[2] *= 5;
        } catch (IllegalStateException _) {
            a[2] *= a[0] + 1;
            result += a[2];
            if (depth % 2 == 0) {
                throw new IllegalStateException("again");
            }
        }
        return result * a[1];
    }

    @Case(POINT)
    static double caughtAndThrownOnTheWayUp(double[] x) {
        double[] a = x.clone();
        double result;
        try {
            result = again(a, 4);
        } catch (IllegalStateException _) {
            result = 3 * a[0];
        }
        return result + again(a, 3) * a[0] * a[1];
    }

    private static void descend(double[] x, int i, double sum) {
        if (sum > 1.5 || i >= 20) {
            throw new Carrier(sum * sum);
        }
        descend(x, i + 1, sum + x[i % x.length] * x[i % x.length]);
    }

    @Case(POINT)
    static double numberInAnException(double[] x) {
        try {
            descend(x, 0, 0);
            return 0;
        } catch (Carrier e) {
            return e.value * x[0];
        }
    }

    private static void multiply(double[] a, int i, double factor) {
        a[i % 3] *= factor;
        if (i > 5) {
            throw new Carrier(factor * a[0]);
        }
        multiply(a, i + 1, factor + a[i % 3]);
    }

    @Case(POINT)
    static double numberInAnExceptionAfterWriting(double[] x) {
        double[] a = x.clone();
        double sum = 0;
        for (int k = 3; k < 6; k++) {
            try {
                multiply(a, k, x[1]);
            } catch (Carrier e) {
                sum += e.value * a[1];
                a[2] = e.value * 0.1;
            }
        }
        return sum + a[0] + a[2];
    }

    private static class Base extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class Derived extends Base {
        private static final long serialVersionUID = 1;

        private final double weight;

        Derived(double weight) {
            this.weight = weight;
        }
    }

    private static void grow(double[] a, int depth) {
        a[0] *= 1.1;
        if (depth == 0) {
            throw new Derived(a[0] * a[1]);
        }
        grow(a, depth - 1);
    }

    @Case(POINT)
    static double numberInAnExceptionOfASubclass(double[] x) {
        double[] a = x.clone();
        try {
            grow(a, 2);
            return 0;
        } catch (Derived e) {
            return e.weight * a[1];
        }
    }

    private static Object kept(double[] x) {
        try {
            descend(x, 0, 0);
            return "none";
        } catch (Carrier e) {
            return x.length > 5 ? kept(x) : e;
        }
    }

    @Case(POINT)
    static double exceptionReturned(double[] x) {
        return ((Carrier) kept(x)).value * x[0];
    }

    interface Step {
        void go(double[] a, int i);
    }

    record Square() implements Step {
        @Override
        public void go(double[] a, int i) {
            a[i] *= a[i];
            if (i == 1) {
                throw new IllegalStateException();
            }
        }
    }

    record Shift(double limit) implements Step {
        @Override
        public void go(double[] a, int i) {
            a[i] += a[0];
            if (a[i] > limit) {
                throw new ArithmeticException();
            }
            a[i] *= 2;
        }
    }

    private static final Step[] STEPS = {new Square(), new Shift(0.9)};

    @Case(POINT)
    static double receiversOfSeveralClasses(double[] x) {
        double[] a = x.clone();
        for (int i = 0; i < 6; i++) {
            try {
                STEPS[i % 2].go(a, i % 3);
            } catch (IllegalStateException _) {
                a[0] += 1;
            } catch (ArithmeticException _) {
                a[2] *= a[0];
            }
        }
        return a[0] * a[1] * a[2];
    }

    private static void run(double[] a, int i) {
        a[i] *= a[0];
        run(a, i + 1);
    }

    @Case(POINT)
    static double indexOutOfBounds(double[] x) {
        double[] a = x.clone();
        try {
            run(a, 0);
        } catch (RuntimeException _) {
            a[1] *= 7;
        }
        return a[0] * a[1] * a[2];
    }

    private static double[] array(double[] a, int i) {
        a[0] *= 2;
        if (i == 0) {
            throw new UnsupportedOperationException();
        }
        double[] result = i > 4 ? new double[] {a[0], a[1] * a[0]} : array(a, i - 1);
        result[0] *= a[1];
        return result;
    }

    @Case(POINT)
    static double arrayReturnedOrNot(double[] x) {
        double[] a = x.clone();
        double sum = 0;
        for (int k = 3; k < 8; k += 2) {
            try {
                double[] result = array(a, k);
                sum += result[0] * result[1];
            } catch (UnsupportedOperationException _) {
                sum += a[0];
            }
        }
        return sum;
    }

    private static final class Accumulator {
        private double value;
        private int count;

        Accumulator(double value) {
            this.value = value;
        }

        void feed(double x, int depth) {
            value += x * value;
            count++;
            if (depth == 0 || value > 3) {
                throw new ArithmeticException("full");
            }
            feed(x * 1.1, depth - 1);
            value = 0;
        }
    }

    @Case(POINT)
    static double fieldsWritten(double[] x) {
        Accumulator accumulator = new Accumulator(x[0]);
        double sum = 0;
        for (int k = 1; k < 4; k++) {
            try {
                accumulator.feed(x[1], k);
            } catch (ArithmeticException _) {
                sum += accumulator.value * accumulator.count;
                accumulator.value -= x[2];
            }
        }
        return sum * accumulator.value;
    }

    private static void fill(List<Double> list, double v, int depth) {
        list.add(v * v);
        if (depth == 0) {
            throw new NoSuchElementException();
        }
        fill(list, v + list.get(0), depth - 1);
        list.clear();
    }

    @Case(POINT)
    static double listFilled(double[] x) {
        List<Double> list = new ArrayList<>();
        try {
            fill(list, x[0] * x[1], 3);
        } catch (NoSuchElementException _) {
            list.add(x[2]);
        }
        double sum = 0;
        int k = 1;
        for (double v : list) {
            sum += v * k++;
        }
        return sum;
    }

    private static double decompose(double[][] a, int k) {
        int n = a.length;
        if (k == n) {
            return 1;
        }
        if (Math.abs(a[k][k]) < 1e-3) {
            throw new ArithmeticException("pivot " + k);
        }
        for (int row = k + 1; row < n; row++) {
            a[row][k] /= a[k][k];
            for (int column = k + 1; column < n; column++) {
                a[row][column] -= a[row][k] * a[k][column];
            }
        }
        return a[k][k] * decompose(a, k + 1);
    }

    @Case(POINT)
    static double pivotMissing(double[] x) {
        double[][] a = {{x[0], x[1], x[2]}, {x[0], x[1], x[0]}, {x[1], x[2], x[0]}};
        try {
            return decompose(a, 0);
        } catch (ArithmeticException _) {
            double sum = 0;
            for (double[] row : a) {
                for (double v : row) {
                    sum = sum * 1.1 + v * v;
                }
            }
            return sum;
        }
    }

    private static boolean attempt(double[] a, int depth) {
        try {
            add(a, depth);
            return true;
        } catch (IllegalArgumentException _) {
            a[depth] *= a[0];
            return depth < 3 && attempt(a, depth + 1);
        }
    }

    @Case(POINT)
    static double severalAttempts(double[] x) {
        double[] a = {x[0] / 4, x[1] / 4, x[2] / 4, 1};
        boolean done = attempt(a, 0);
        return a[0] * a[1] + (done ? 1 : 2) * a[2] * a[3];
    }

    @Case(POINT)
    static double classOfTheExceptionRead(double[] x) {
        double[] a = x.clone();
        try {
            add(a, 0);
        } catch (Exception e) {
            a[0] *= e instanceof IllegalArgumentException ? 2 : 3;
        }
        return a[0] * a[1] * a[2];
    }

    @Case(POINT)
    static double anythingCaught(double[] x) {
        double[] a = x.clone();
        try {
            add(a, 0);
        } catch (Throwable _) {
            a[0] *= 5;
        }
        return a[0] * a[1] * a[2];
    }

    private static double tree(double[] a, int depth) {
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            if (depth > 0) {
                try {
                    sum += tree(a, depth - 1) * a[k];
                } catch (ArithmeticException _) {
                    a[k] *= 0.9;
                    sum += a[k];
                    continue;
                } catch (IllegalStateException _) {
                    a[0] += sum;
                    break;
                }
            }
            a[k] += 0.1 * sum;
            if (a[k] > 1.2) {
                throw new ArithmeticException();
            }
            if (a[k] < 0.3) {
                throw new IllegalStateException();
            }
        }
        return sum;
    }

    @Case(POINT)
    static double loopsLeftInTheMiddle(double[] x) {
        double[] a = {x[0], x[1] + 0.4, x[2]};
        double sum = tree(a, 3);
        return sum + a[0] * a[1] * a[2];
    }

    private static double locked(double[] a, int i) {
        synchronized (a) {
            a[i] *= a[0];
            if (i == 2) {
                throw new IllegalStateException();
            }
            return locked(a, i + 1);
        }
    }

    @Case(POINT)
    static double lockReleased(double[] x) {
        double[] a = x.clone();
        try {
            return locked(a, 0);
        } catch (IllegalStateException _) {
            return a[0] * a[1] * a[2];
        }
    }
}
