package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Lambdas that a constructor makes. That of an object that stays is run as it is, so the lambda is one of the JVM's: what it captured must not be taken for a
 * constant.
 */
class LambdasOfConstructorsTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    private static class OfItsOwn {
        final Function<Double, Double> function;
        double factor;

        OfItsOwn(double factor) {
            this.factor = factor;
            this.function = v -> v * this.factor;
        }
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_OBJECT)
    static double capturesTheObject(double[] x) {
        List<OfItsOwn> all = new ArrayList<>();
        for (double v : x) {
            all.add(new OfItsOwn(v));
        }
        all.get(0).factor = x[1] * 2;
        double y = 1;
        for (OfItsOwn each : all) {
            y = each.function.apply(y) + 1;
        }
        return y;
    }

    private record Scaling(double factor, DoubleUnaryOperator function) {
        Scaling(double factor) {
            this(factor, v -> v * factor);
        }
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_OBJECT)
    static double capturesAnArgument(double[] x) {
        List<Scaling> all = new ArrayList<>();
        for (double v : x) {
            all.add(new Scaling(v));
        }
        double y = 1;
        for (Scaling each : all) {
            y = each.function().applyAsDouble(y) + each.factor();
        }
        return y;
    }

    @Case(POINT)
    static double objectThatGoesAway(double[] x) {
        Scaling one = new Scaling(x[0]);
        return one.function().applyAsDouble(x[2]) * new Scaling(x[1]).function().applyAsDouble(one.factor());
    }

    private record Weighted(double weight, DoubleUnaryOperator function) {
        Weighted(int n, double weight) {
            this(weight, v -> v * n + Math.sin(v));
        }
    }

    @Case(POINT)
    static double capturesIntegers(double[] x) {
        List<Weighted> all = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            all.add(new Weighted(i + 1, x[i]));
        }
        double y = 1;
        for (Weighted each : all) {
            y = each.function().applyAsDouble(y) * each.weight() + 1;
        }
        return y;
    }
}
