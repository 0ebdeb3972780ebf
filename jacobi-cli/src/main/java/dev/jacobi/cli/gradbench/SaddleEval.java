package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.GradientDescent.Slope;
import dev.jacobi.examples.gradbench.Particle.Point;
import dev.jacobi.examples.gradbench.Saddle;
import dev.jacobi.examples.gradbench.Saddle.SlopeOfSecond;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * {@code saddle}: a solver that uses derivatives is differentiated. The first letter of a function's name is the mode of the outer
 * derivative, the second that of the inner one.
 */
final class SaddleEval implements Eval<double[]> {
    /** Reverse mode by the second point. */
    public interface Reverse {
        Point apply(double x1, double y1, double x2, double y2, double seed);
    }

    /** Forward mode by the second point. */
    public interface Forward {
        double apply(double x1, double y1, double x2, double dx2, double y2, double dy2);
    }

    /** The outer function: the largest value by the first point. */
    public interface Largest extends Serializable {
        double at(double[] first, double[] start);
    }

    /** Its reverse mode. */
    public interface LargestReverse {
        double apply(double[] first, double[] gradient, double[] start, double seed);
    }

    /** Its forward mode. */
    public interface LargestForward {
        double apply(double[] first, double[] direction, double[] start);
    }

    @Override
    public double[] read(JsonNode input) {
        return Eval.vector(input.get("start"));
    }

    @Override
    public double[] sample(Random random) {
        return new double[] {1, 1};
    }

    @Override
    public Map<String, Function<double[], Workload>> functions(Options options) {
        Reverse reverse = Jacobi.of(Saddle.class, "value")
                .reverse(CONST, CONST, ACTIVE, ACTIVE)
                .as(Reverse.class);
        Forward forward = Jacobi.of(Saddle.class, "value")
                .forward(CONST, CONST, DUAL, DUAL)
                .as(Forward.class);
        SlopeOfSecond byReverse = (x, y, second, gradient) -> {
            Point slope = reverse.apply(x, y, second[0], second[1], 1);
            gradient[0] = slope.x();
            gradient[1] = slope.y();
        };
        SlopeOfSecond byForward = (x, y, second, gradient) -> {
            gradient[0] = forward.apply(x, y, second[0], 1, second[1], 0);
            gradient[1] = forward.apply(x, y, second[0], 0, second[1], 1);
        };
        return Map.of(
                "rr", outerReverse(byReverse, options),
                "ff", outerForward(byForward, options),
                "fr", outerForward(byReverse, options),
                "rf", outerReverse(byForward, options));
    }

    private static Function<double[], Workload> outerReverse(SlopeOfSecond inner, Options options) {
        Largest largest = (first, start) -> Saddle.largest(first, inner, start);
        LargestReverse derivative =
                Jacobi.of(largest).with(options).reverse(DUPLICATED, CONST).as(LargestReverse.class);
        return start -> search(start, inner, (first, gradient) -> {
            Arrays.fill(gradient, 0);
            double _ = derivative.apply(first, gradient, start, 1);
        });
    }

    private static Function<double[], Workload> outerForward(SlopeOfSecond inner, Options options) {
        Largest largest = (first, start) -> Saddle.largest(first, inner, start);
        LargestForward derivative =
                Jacobi.of(largest).with(options).forward(DUAL, CONST).as(LargestForward.class);
        double[][] directions = {{1, 0}, {0, 1}};
        return start -> search(start, inner, (first, gradient) -> {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = derivative.apply(first, directions[i], start);
            }
        });
    }

    private static Workload search(double[] start, SlopeOfSecond slope, Slope slopeOfLargest) {
        return Workload.of(() -> Saddle.point(slopeOfLargest, slope, start));
    }
}
