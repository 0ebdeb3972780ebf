package dev.jacobi.optimize.inline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Calls on the objects in {@code static final} fields are followed; static initialisers run when they would have run. */
final class StaticFinalFieldsTest {
    static final List<String> EVENTS = new ArrayList<>();

    interface Statistic {
        double of(double[] values);
    }

    static class Mean implements Statistic {
        private final double scale;

        Mean(double scale) {
            this.scale = scale;
        }

        @Override
        public double of(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return scale * sum / values.length;
        }
    }

    static class Variance implements Statistic {
        private final boolean biased;

        Variance(boolean biased) {
            this.biased = biased;
        }

        @Override
        public double of(double[] values) {
            double mean = new Mean(1).of(values);
            double sum = 0;
            for (double value : values) {
                sum += (value - mean) * (value - mean);
            }
            return sum / (biased ? values.length : values.length - 1);
        }
    }

    static class Counting implements Statistic {
        private int calls;

        @Override
        public double of(double[] values) {
            calls++;
            return values[0] * values[0];
        }
    }

    static class Keeping implements Statistic {
        private double last;

        @Override
        public double of(double[] values) {
            last = values[0] * 3;
            return last * last;
        }
    }

    enum Operation {
        SQUARE {
            @Override
            double apply(double x) {
                return x * x;
            }
        },
        TWICE {
            @Override
            double apply(double x) {
                return x + x;
            }
        };

        abstract double apply(double x);
    }

    static final class Utilities {
        private static final Statistic MEAN = new Mean(2);
        private static final Statistic VARIANCE = new Variance(false);
        private static final Counting COUNTING_OBJECT = new Counting();
        private static final Statistic COUNTING = COUNTING_OBJECT;
        private static final Statistic KEEPING = new Keeping();

        @SuppressWarnings("UnnecessaryLambda") // a lambda in a field is what is tested
        private static final DoubleUnaryOperator CUBE = x -> x * x * x;

        private static final DoubleBinaryOperator HYPOTENUSE = Math::hypot;
        private static final DoubleUnaryOperator SINE = Math::sin;
        private static final Statistic OPAQUE = choose(System.nanoTime() == 0);
        private static final Statistic EITHER;
        private static final Statistic SAME;

        static {
            if (EVENTS.size() == -1) {
                EITHER = new Mean(1);
            } else {
                EITHER = new Variance(true);
            }
            if (EVENTS.size() == -1) {
                SAME = new Mean(1);
            } else {
                SAME = new Mean(3);
            }
        }

        private static Statistic choose(boolean mean) {
            return mean ? new Mean(1) : new Variance(true);
        }

        static double mean(double[] x) {
            return MEAN.of(x);
        }

        static double variance(double[] x) {
            return VARIANCE.of(x);
        }

        static double both(double[] x) {
            return MEAN.of(x) * VARIANCE.of(x) + CUBE.applyAsDouble(x[0]);
        }

        static double counting(double[] x) {
            return COUNTING.of(x);
        }

        static double keeping(double[] x) {
            return KEEPING.of(x);
        }

        static double lambdas(double x) {
            return CUBE.applyAsDouble(x) + HYPOTENUSE.applyAsDouble(x, 1) + SINE.applyAsDouble(x);
        }

        static double enums(double x) {
            return Operation.SQUARE.apply(x) * Operation.TWICE.apply(x);
        }

        static double opaque(double[] x) {
            return OPAQUE.of(x);
        }

        static double either(double[] x) {
            return EITHER.of(x);
        }

        static double same(double[] x) {
            return SAME.of(x);
        }
    }

    /** Its initialiser can be seen. */
    static final class Loud {
        static final Statistic MEAN = new Mean(1);

        static {
            EVENTS.add("Loud is initialised");
        }
    }

    static double loud(double[] x) {
        EVENTS.add("loud runs");
        return Loud.MEAN.of(x);
    }

    /** Calls itself through its field before the field is set. */
    static final class Early {
        static final double VALUE;
        static final Statistic MEAN;

        static {
            double value;
            try {
                value = Jacobi.gradient((double[] x) -> early(x)).into(new double[] {1}, new double[1]);
            } catch (NullPointerException missing) {
                value = -1;
            }
            VALUE = value;
            MEAN = new Mean(1);
        }

        static double early(double[] x) {
            return MEAN.of(x);
        }
    }

    static final class Failing {
        static final DoubleUnaryOperator SQUARE = x -> x * x;
        static final int ONE = Integer.parseInt("one");
    }

    static double failing(double x) {
        return Failing.SQUARE.applyAsDouble(x);
    }

    private static void assertGradient(ScalarFunction<double[]> f, double... x) {
        double[] gradient = new double[x.length];
        double value = Jacobi.gradient(f).into(x, gradient);
        assertEquals(f.applyAsDouble(x), value);
        for (int i = 0; i < x.length; i++) {
            double[] up = x.clone();
            double[] down = x.clone();
            up[i] += 1e-5;
            down[i] -= 1e-5;
            assertEquals((f.applyAsDouble(up) - f.applyAsDouble(down)) / 2e-5, gradient[i], 1e-6);
        }
    }

    @Test
    void statisticsBehindConstantsAreDifferentiated() {
        assertGradient(Utilities::mean, 1, 2, 4);
        assertGradient(Utilities::variance, 1, 2, 4);
        assertGradient(Utilities::both, 1, 2, 4);
        assertArrayEquals(new double[] {1, 1}, Jacobi.gradient(Utilities::mean).at(new double[] {3, 5}));
    }

    @Test
    void lambdasAndMethodReferencesInConstantsAreFollowed() {
        double x = 0.7;
        double expected = 3 * x * x + x / Math.hypot(x, 1) + Math.cos(x);
        assertEquals(expected, Jacobi.derivative(Utilities::lambdas).applyAsDouble(x), 1e-15);
    }

    @Test
    void constantsOfEnumsAreFollowed() {
        assertEquals(6 * 0.7 * 0.7, Jacobi.derivative(Utilities::enums).applyAsDouble(0.7), 1e-15);
    }

    @Test
    void stateThatCarriesNoDerivativeChangesAsInTheOriginal() {
        int before = Utilities.COUNTING_OBJECT.calls;
        assertArrayEquals(new double[] {6}, Jacobi.gradient(Utilities::counting).at(new double[] {3}));
        assertEquals(before + 1, Utilities.COUNTING_OBJECT.calls);
    }

    @Test
    void stateThatCarriesADerivativeIsRefused() {
        JacobiException refusal = assertThrows(JacobiException.class, () -> Jacobi.gradient(Utilities::keeping));
        assertEquals(Refusal.ACTIVE_TO_CONSTANT_MEMORY, refusal.refusal(), refusal.getMessage());
    }

    @Test
    void objectsFromSeveralPlacesAreAskedForTheirClassWhenTheyAreCalled() {
        double[] x = {3, 5, 4};
        for (ScalarFunction<double[]> f :
                List.<ScalarFunction<double[]>>of(Utilities::opaque, Utilities::either, Utilities::same)) {
            double[] gradient = Jacobi.gradient(f).at(x);
            for (int index = 0; index < x.length; index++) {
                double[] more = x.clone();
                double[] less = x.clone();
                more[index] += 1e-3;
                less[index] -= 1e-3;
                // Means and variances have no third derivative.
                double slope = (f.applyAsDouble(more) - f.applyAsDouble(less)) / 2e-3;
                assertEquals(slope, gradient[index], 1e-10);
            }
        }
    }

    @Test
    void classesAreInitialisedWhenTheMethodRunsAndNotBefore() {
        var gradient = Jacobi.gradient(StaticFinalFieldsTest::loud);
        assertEquals(List.of(), EVENTS);
        assertArrayEquals(new double[] {0.5, 0.5}, gradient.at(new double[] {1, 2}));
        assertEquals(List.of("loud runs", "Loud is initialised"), EVENTS);
    }

    @Test
    void aConstantThatIsNotYetSetIsNull() {
        assertEquals(-1, Early.VALUE);
        assertEquals(2, Jacobi.gradient(Early::early).into(new double[] {2}, new double[1]));
    }

    @Test
    void aFailingInitialiserFailsInTheDerivativeAsInTheMethod() {
        DoubleUnaryOperator derivative = Jacobi.derivative(StaticFinalFieldsTest::failing);
        assertThrows(ExceptionInInitializerError.class, () -> derivative.applyAsDouble(1));
        assertThrows(NoClassDefFoundError.class, () -> failing(1));
    }
}
