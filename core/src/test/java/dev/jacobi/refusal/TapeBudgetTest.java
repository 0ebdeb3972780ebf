package dev.jacobi.refusal;

import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.testing.Golden;
import org.junit.jupiter.api.Test;

/** A tape within a budget: exact to the byte, the same for each call, and nothing written when it is exceeded. */
class TapeBudgetTest {
    /** Reverse mode of a function of one array. */
    interface OfArray {
        double apply(double[] x, double[] dx, double seed);
    }

    /** Stores one number for each element: the product before. */
    static double product(double[] x) {
        double product = 1;
        for (int i = 0; i < x.length; i++) {
            product *= x[i];
        }
        return product;
    }

    static double recursive(double[] x) {
        return tree(x, 0, x.length);
    }

    private static double tree(double[] x, int from, int to) {
        if (to - from == 1) {
            return x[from] * x[from];
        }
        int middle = (from + to) >>> 1;
        return Math.exp(-tree(x, from, middle)) * tree(x, middle, to);
    }

    private interface Scale {
        double of(double x);
    }

    private record Twice() implements Scale {
        @Override
        public double of(double x) {
            return 2 * x;
        }
    }

    private record Thrice() implements Scale {
        @Override
        public double of(double x) {
            return 3 * x;
        }
    }

    private static final Scale[] SCALES = {new Twice(), new Thrice()};

    /** Stores nothing but which methods were called. */
    static double dispatched(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += SCALES[i % 2].of(x[i]);
        }
        return sum;
    }

    private static Primal of(String method, long bytes) {
        return Jacobi.of(TapeBudgetTest.class, method).with(Options.DEFAULT.withTapeBudget(bytes));
    }

    private static JacobiException assertExceeded(org.junit.jupiter.api.function.Executable work) {
        JacobiException thrown = assertThrows(JacobiException.class, work);
        assertEquals(Refusal.TAPE_BUDGET, thrown.refusal());
        return thrown;
    }

    @Test
    void whatFitsIsTheSame() {
        Gradient<double[]> gradient =
                Jacobi.gradient(TapeBudgetTest::product, Options.DEFAULT.withTapeBudget(3 * Double.BYTES));
        assertArrayEquals(new double[] {15, 10, 6}, gradient.at(new double[] {2, 3, 5}));
    }

    @Test
    void oneNumberMoreIsRefusedEachTimeAndNoShadowIsWritten() {
        OfArray derivative = of("product", 3 * Double.BYTES).reverse(DUPLICATED).as(OfArray.class);
        double[] shadow = {7, 8, 9, 10};
        for (int call = 0; call < 2; call++) {
            JacobiException thrown = assertExceeded(() -> derivative.apply(new double[] {2, 3, 5, 7}, shadow, 1));
            Golden.check(TapeBudgetTest.class, "exceeded", thrown.getMessage() + "\n");
            double[] three = {0, 0, 0};
            derivative.apply(new double[] {2, 3, 5}, three, 1);
            assertArrayEquals(new double[] {15, 10, 6}, three);
        }
        assertArrayEquals(new double[] {7, 8, 9, 10}, shadow);
    }

    @Test
    void callsThatAreNotInlinedShareTheBudget() {
        double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
        OfArray all = of("recursive", Long.MAX_VALUE).reverse(DUPLICATED).as(OfArray.class);
        OfArray enough = of("recursive", 4096).reverse(DUPLICATED).as(OfArray.class);
        OfArray few = of("recursive", 64).reverse(DUPLICATED).as(OfArray.class);
        double[] shadow = new double[8];
        double[] same = new double[8];
        all.apply(x, shadow, 1);
        enough.apply(x, same, 1);
        assertArrayEquals(shadow, same);
        assertExceeded(() -> few.apply(x, new double[8], 1));
    }

    @Test
    void whatACallSiteHasChosenCounts() {
        double[] x = new double[100];
        double[] shadow = new double[100];
        of("dispatched", 4096).reverse(DUPLICATED).as(OfArray.class).apply(x, shadow, 1);
        assertEquals(2, shadow[0]);
        assertEquals(3, shadow[1]);
        OfArray few = of("dispatched", 64).reverse(DUPLICATED).as(OfArray.class);
        assertExceeded(() -> few.apply(x, new double[100], 1));
    }

    @Test
    void splitModeHasTheBudgetToo() {
        SplitDerivative split =
                of("product", 3 * Double.BYTES).reverse(DUPLICATED).split();
        assertExceeded(() -> split.augment(new double[100], new double[100]));
    }

    @Test
    void splitModeWithinTheBudgetIsTheSame() {
        double[] shadow = new double[2];
        try (Tape tape = of("product", 1 << 20).reverse(DUPLICATED).split().augment(new double[] {2, 3}, shadow)) {
            double[] _ = tape.reverse(1);
        }
        assertArrayEquals(new double[] {3, 2}, shadow);
    }
}
