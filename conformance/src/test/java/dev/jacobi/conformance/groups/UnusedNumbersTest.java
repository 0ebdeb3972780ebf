package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jacobi.Jacobi;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Calls that are not inlined get at numbers that vary and matter to no result. */
class UnusedNumbersTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    static final class Link {
        private double value;
        private final Link next;

        Link(double value, Link next) {
            this.value = value;
            this.next = next;
        }

        double product(double start) {
            return next == null ? start * value : value * next.product(start) + start;
        }

        void scale(double factor) {
            value *= factor;
            if (next != null) {
                next.scale(factor * 1.5);
            }
        }
    }

    @Case(POINT)
    static double ofAnObjectThatCallsItself(double[] x) {
        Link first = new Link(x[0] * x[1], new Link(-1.25, null));
        for (Link link = first; link != null; link = link.next) {
            link.value -= first.product(0.5);
        }
        return x[0];
    }

    @Case(POINT)
    static double ofAnObjectThatOnlyChangesItself(double[] x) {
        Link first = new Link(x[0] * x[1], new Link(x[2], null));
        first.scale(3);
        return x[0] * x[2];
    }

    @Case(POINT)
    static double ofAnArray(double[] x) {
        double[] scratch = x.clone();
        shift(scratch, 2);
        return x[1] * x[2];
    }

    private static void shift(double[] a, int depth) {
        if (depth > 0) {
            a[depth] += a[depth - 1];
            shift(a, depth - 1);
        }
    }

    /** The numbers choose the way, and a way is no result either. */
    @Case(POINT)
    static double thatDecide(double[] x) {
        double[] scratch = x.clone();
        shift(scratch, 2);
        return scratch[1] > 1 ? x[1] * x[2] : x[0] * x[2];
    }

    @Case(POINT)
    static double inOneOfTwoArraysThatMayBeTheSame(double[] x) {
        double[] one = x.clone();
        double[] other = x[0] > 0.5 ? one : x.clone();
        shift(other, 2);
        return one[2] * x[0];
    }

    private static int count;

    private static int deep(Link link) {
        count++;
        return link == null ? 0 : 1 + deep(link.next);
    }

    @Case(POINT)
    static double thatAreCounted(double[] x) {
        Link first = new Link(x[0] * x[1], new Link(x[2], null));
        int before = count;
        int depth = deep(first);
        return x[0] * depth * (count - before);
    }

    @Case(POINT)
    static double ofFunctionsThatAreNotCalled(double[] x) {
        DoubleUnaryOperator[] functions = {Math::atan, Math::tanh};
        double[] written = {x[0], x[1]};
        int which = (int) (2 * x[2]);
        functions[0] = functions[which % 2].andThen(p -> {
            written[1] = Math.sin(0.1);
            return p;
        });
        return x[0];
    }

    @Case(POINT)
    static double ofFunctionsThatAreCalledForNothing(double[] x) {
        DoubleUnaryOperator[] functions = {Math::atan, Math::tanh};
        double[] written = {x[0], x[1]};
        int which = (int) (2 * x[2]);
        functions[0] = functions[which % 2].andThen(p -> {
            written[1] = Math.sin(p);
            return p;
        });
        double _ = functions[0].applyAsDouble(x[2]);
        return x[0];
    }

    @Case(POINT)
    static double ofAList(double[] x) {
        List<Link> links = new ArrayList<>();
        for (double number : x) {
            links.add(new Link(number, links.isEmpty() ? null : links.getLast()));
        }
        links.getLast().scale(2);
        return x[0] * links.size();
    }

    private static double sink;

    private static void keep(double[] a, int depth) {
        sink = a[depth];
        if (depth > 0) {
            keep(a, depth - 1);
        }
    }

    /** The analysis of the caller sees no result, only that of the method that is called sees where the numbers go. */
    @Case(value = POINT, refused = Refusal.ACTIVE_STATIC)
    static double thatComeBackThroughAStaticField(double[] x) {
        double[] scratch = x.clone();
        keep(scratch, 2);
        return sink * x[1];
    }

    private static double[] shelf;

    private static void put(double[] a, int depth) {
        if (depth > 0) {
            put(a, depth - 1);
        } else {
            shelf = a;
        }
    }

    @Case(value = POINT, refused = Refusal.ACTIVE_STATIC)
    static double ofAnArrayThatComesBackThroughAStaticField(double[] x) {
        double[] scratch = x.clone();
        put(scratch, 2);
        return shelf[0] * x[1];
    }

    private static double failing(int n, double v, double[] a) {
        a[2] = v * 0.625;
        a[1] -= Math.atan(a[0] + Math.min(v, v) + Math.cos(v + 0.1));
        if (n <= 0) {
            return 0.1 * n;
        }
        double below = failing(n - 1, Math.sin(v - 0.1), a);
        if (a[2] < -1) {
            throw new IllegalStateException();
        }
        return 0.5 * below + v;
    }

    @SuppressWarnings("UnusedVariable") // that is what it is about
    private static double caught(double[] z) {
        double[] a = {z[0], z[1], z[2]};
        double v = 1;
        try {
            v = failing(1, 0.5, a);
        } catch (IllegalStateException _) {
            v = 2;
        }
        return z[0] * z[0] + z[1] * z[2];
    }

    @Test
    void ofSecondDerivativesOfACaughtCall() {
        double[][] hessian = Jacobi.hessian(UnusedNumbersTest::caught).at(new double[] {0.7, 0.4, 0.9});
        assertArrayEquals(new double[][] {{2, 0, 0}, {0, 0, 1}, {0, 1, 0}}, hessian);
    }
}
