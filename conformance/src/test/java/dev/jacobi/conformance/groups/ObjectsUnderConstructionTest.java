package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Activity;
import dev.jacobi.Jacobi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Objects whose constructor is not reached, or not left, because something throws that is caught: arguments with checks and branches, calls
 * that are not inlined, constructors that throw.
 */
class ObjectsUnderConstructionTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    static final class Link {
        private double value;
        private Link next;

        Link(double value, Link next) {
            this.value = value;
            this.next = next;
        }

        double product(double start) {
            return next == null ? start * Math.cos(value) : Math.sin(value) * next.product(start) + start;
        }

        Link last() {
            Link link = this;
            while (link.next != null) {
                link = link.next;
            }
            return link;
        }

        void insert(double number) {
            next = new Link(number, next);
        }

        void scale(double factor, int depth) {
            value *= factor;
            if (next != null) {
                next.scale(factor + 0.1, depth + 1);
            }
        }
    }

    @SuppressWarnings("InfiniteRecursion") // ends by an exception
    private static double deeper(int n, double v, double[] a) {
        Link link = new Link(v + a[Math.floorMod(n, a.length)], null);
        a[n % a.length] = 0.5 * a[n % a.length] + Math.sin(v);
        if (n <= 0 && v < 5) {
            throw new IllegalStateException();
        }
        double r = 0.1;
        try {
            r = deeper(n - 1, Math.sin(a[n % a.length]), a);
        } catch (IllegalStateException _) {
            link.next = new Link(v * a[1], null);
        }
        return 0.5 * r + link.product(0.5);
    }

    @Case(POINT)
    static double anArgumentThatMayThrowInACaughtCall(double[] x) {
        double[] a = x.clone();
        try {
            return deeper(2, x[0], a) + a[0];
        } catch (IllegalStateException | ArrayIndexOutOfBoundsException _) {
            return a[0] * a[1];
        }
    }

    private static double inOneFrame(int n, double v, double[] a) {
        Link link = new Link(v * a[n], new Link(v, null));
        a[n] *= 0.5;
        double r = n > 2 ? a[0] : inOneFrame(n + 1, v * a[n], a);
        for (Link each = link; each != null; each = each.next) {
            each.value *= r;
        }
        link.scale(a[0], 0);
        return link.value * r + link.next.value;
    }

    @Case(POINT)
    static double anArgumentThatThrowsInACaughtCall(double[] x) {
        double[] a = x.clone();
        try {
            return inOneFrame(0, x[1], a);
        } catch (ArrayIndexOutOfBoundsException _) {
            return a[0] * a[1] + a[2];
        }
    }

    private static double without(int n, double v, double[] a) {
        Link link = new Link(v * a[n], new Link(v, null));
        a[n] *= 0.5;
        double r = n > 1 ? a[0] : without(n + 1, v * a[n], a);
        for (Link each = link; each != null; each = each.next) {
            each.value *= r;
        }
        link.scale(a[0], 0);
        return link.value * r + link.next.value;
    }

    @Case(POINT)
    static double anArgumentThatMightThrowInACaughtCall(double[] x) {
        double[] a = x.clone();
        try {
            return without(0, x[1], a);
        } catch (ArrayIndexOutOfBoundsException _) {
            return a[0] * a[1] + a[2];
        }
    }

    @Case(POINT)
    static double readAgainWhereTheWaysMeet(double[] x) {
        double[] a = x.clone();
        double sum = 0;
        Link link = null;
        try {
            link = new Link(a[0] * a[(int) (4 * a[1])], new Link(a[1], null));
            for (Link each = link; each != null; each = each.next) {
                each.value *= a[2];
            }
            link.scale(a[0], 0);
            sum = link.product(0.5) * link.next.value;
        } catch (ArrayIndexOutOfBoundsException _) {
            sum = a[1];
        }
        sum *= 2;
        if (link != null && link.next != null) {
            link.next.value *= sum;
            sum += link.product(sum);
        }
        return sum * sum;
    }

    private static double inserting(int n, double v, double[] a) {
        Link link = new Link(v + a[Math.floorMod(n, a.length)], null);
        System.arraycopy(a, 0, a, 1, a.length - 1);
        a[n % a.length] = 0.5 * a[n % a.length] + Math.sin(v);
        if (n <= 0 && v < 5) {
            throw new IllegalStateException();
        }
        if (n <= 0) {
            return link.product(0.5);
        }
        double r = 0.1;
        try {
            a[n % a.length] = v;
            r = inserting(n - 1, Math.sin(a[n % a.length]), a);
            a[1] -= Math.atan(a[n % a.length]);
        } catch (IllegalStateException _) {
            link.insert(v * a[1]);
        }
        return 0.5 * r + link.last().value;
    }

    @Case(POINT)
    static double anObjectThatIsFollowedBehindACaughtCall(double[] x) {
        double[] a = x.clone();
        try {
            return inserting(2, x[0], a) + a[0];
        } catch (IllegalStateException | ArrayIndexOutOfBoundsException _) {
            return a[0] * a[1];
        }
    }

    private static double shifting(int n, double v, double[] a) {
        Link link = new Link(v + a[Math.floorMod(n, a.length)], null);
        System.arraycopy(a, 0, a, 1, a.length - 1);
        if (n <= 0) {
            return link.product(0.5);
        }
        double r = 0.1;
        try {
            r = shifting(n - 1, Math.sin(a[Math.floorMod(n, a.length)]), a);
        } catch (IllegalStateException | ArithmeticException _) {
            r = 0.1;
        }
        return 0.5 * r + link.last().value / (1.5 + v * v);
    }

    @Case(POINT)
    static double anArgumentThatMightThrowBeforeACaughtCall(double[] x) {
        double r = 2;
        try {
            try {
                r = shifting(2, x[0], x);
            } catch (IllegalStateException | ArithmeticException _) {
                r = 1;
            }
        } catch (IllegalStateException | ArrayIndexOutOfBoundsException _) {
            r = 3;
        }
        return r + x[1];
    }

    @Case(POINT)
    static double anArgumentThatThrowsInALoop(double[] x) {
        Link last = null;
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            try {
                Link link = new Link(x[i % 4] * x[0], last);
                link.scale(1.1, 0);
                sum += link.product(0.3);
                last = link;
            } catch (ArrayIndexOutOfBoundsException _) {
                sum *= 1.5;
            }
        }
        return sum;
    }

    @Case(POINT)
    static double constructedBehindTheLoopThatAllocates(double[] x) {
        Link found = null;
        double factor = x[1];
        for (int i = 5; i >= 0; i--) {
            try {
                found = new Link(x[i] * factor, new Link(x[1], null));
                break;
            } catch (ArrayIndexOutOfBoundsException _) {
                factor = Math.sin(factor * (1 + i));
            }
        }
        found.scale(x[0], 0);
        return found.product(2) * factor;
    }

    @Case(POINT)
    static double theLoopIsLeftWithoutAnObject(double[] x) {
        Link link = new Link(x[0], null);
        double sum = 0;
        for (int i = 0; i < 9; i++) {
            try {
                link = new Link(x[i] * x[0], link);
                link.scale(x[1], 0);
                sum += link.product(0.2);
            } catch (ArrayIndexOutOfBoundsException _) {
                sum += i;
                break;
            }
        }
        return link.product(x[2]) + sum;
    }

    static final class Checked {
        private final double[] numbers;
        private double scale;

        Checked(double[] numbers, int count, double scale) {
            if (count > 2) {
                throw new IllegalArgumentException("too many");
            }
            this.numbers = numbers;
            this.scale = scale;
        }

        double sum(int from) {
            return from == numbers.length ? 0 : numbers[from] * scale + sum(from + 1);
        }

        void grow(int times) {
            if (times > 0) {
                scale *= 1.1;
                grow(times - 1);
            }
        }
    }

    @Case(POINT)
    static double aConstructorThatThrows(double[] x) {
        double sum = 0;
        double[] a = x.clone();
        Checked kept = new Checked(a, 0, x[0]);
        for (int i = 0; i < 5; i++) {
            try {
                Checked made = new Checked(a, i, x[1] + i);
                made.grow(i);
                sum += made.sum(0);
                kept = made;
            } catch (IllegalArgumentException _) {
                a[i % 3] *= 1.5;
                kept.grow(2);
            }
        }
        return sum + kept.sum(1);
    }

    @Case(POINT)
    static double aConstructorThatThrowsBehindTheLoop(double[] x) {
        Checked made = null;
        double factor = x[1];
        for (int i = 5; i >= 0; i--) {
            try {
                made = new Checked(x, i, factor * x[i % 3]);
                break;
            } catch (IllegalArgumentException _) {
                factor = Math.cos(factor);
            }
        }
        made.grow(2);
        return made.sum(0) * factor;
    }

    private static double search(double[] x, double bound) {
        for (double number : x) {
            if (number > bound) {
                return number;
            }
        }
        throw new IllegalStateException();
    }

    @Case(POINT)
    static double anArgumentWithALoopAndAnExit(double[] x) {
        double sum = 0;
        Link all = null;
        for (int i = 0; i < 5; i++) {
            try {
                all = new Link(search(x, 0.33 * i) * x[i % 3], new Link(x[0] < i ? x[1] : x[2], all));
                sum += all.product(0.4);
            } catch (IllegalStateException _) {
                all.scale(x[1], 0);
            } finally {
                sum *= 1.25;
            }
        }
        return sum + all.product(0.1);
    }

    @Case(POINT)
    static double inAListThatAnArgumentMayNotReach(double[] x) {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            try {
                links.add(new Link(x[i] + (i > 1 ? x[0] * i : x[1]), i == 0 ? null : links.get(i - 1)));
            } catch (IndexOutOfBoundsException _) {
                links.getFirst().scale(x[1] + i, 0);
            }
        }
        double sum = 0;
        for (Link link : links) {
            sum += link.product(x[2]);
        }
        return sum;
    }

    @Case(POINT)
    static double returnedFromCatchAndFinally(double[] x) {
        return made(x, 1).product(0.5) + made(x, 4).product(x[1]) * made(x, 2).product(0.1);
    }

    private static Link made(double[] x, int index) {
        try {
            return new Link(x[index] * (x[0] > 0 ? x[1] : x[2]), new Link(x[0], null));
        } catch (ArrayIndexOutOfBoundsException _) {
            return new Link(x[0] * x[0], index > 3 ? made(x, index - 3) : null);
        } finally {
            x[0] *= 1.5;
        }
    }

    static final class Log {
        static final StringBuilder EVENTS = new StringBuilder();

        private Log() {}
    }

    static final class Noisy {
        static {
            Log.EVENTS.append("class ");
        }

        private double value;
        private Noisy next;

        Noisy(double value, Noisy next) {
            this.value = value;
            this.next = next;
        }

        double product(int depth) {
            return next == null ? value : value * next.product(depth + 1);
        }
    }

    private static double said(double v) {
        Log.EVENTS.append("argument ");
        return v;
    }

    static double initialising(double[] x) {
        Noisy last = null;
        for (int i = 0; i < 4; i++) {
            try {
                last = new Noisy(said(x[i] > 0.5 ? x[i] * x[0] : x[1]), last);
            } catch (ArrayIndexOutOfBoundsException _) {
                Log.EVENTS.append("caught ");
            }
        }
        return last.product(0);
    }

    @Test
    void theClassIsInitialisedBeforeTheArguments() throws ReflectiveOperationException {
        var reverse = Jacobi.of(ObjectsUnderConstructionTest.class, "initialising", double[].class)
                .reverse(Activity.DUPLICATED);
        double[] shadow = new double[3];
        double[] x = {0.7, 0.4, 0.9};
        Log.EVENTS.setLength(0);
        reverse.as(Loss.class).apply(x, shadow, 1);
        assertEquals("class argument argument argument caught ", Log.EVENTS.toString());
        assertEquals(3 * x[0] * x[0] * x[1] * x[2], shadow[0], 1e-12);
    }

    @FunctionalInterface
    interface Loss {
        void apply(double[] x, double[] shadow, double seed);
    }
}
