package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Jacobi;
import dev.jacobi.NumberFunction;
import dev.jacobi.Options;
import dev.jacobi.examples.gradbench.GradientDescent;
import dev.jacobi.examples.gradbench.Particle;
import dev.jacobi.examples.gradbench.Particle.Field;
import dev.jacobi.examples.gradbench.Particle.Point;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * {@code particle}: the force is a derivative, and what comes of it is differentiated. The first letter of a function's name is the mode
 * of the outer derivative, the second that of the inner one.
 */
final class ParticleEval implements Eval<Double> {
    /** Reverse mode of the potential. */
    public interface Reverse {
        Point apply(double x, double y, double control, double seed);
    }

    /** Forward mode of the potential. */
    public interface Forward {
        double apply(double x, double dx, double y, double dy, double control);
    }

    /** Reverse mode of where the particle lands. */
    public interface OuterReverse {
        double apply(double control, double seed);
    }

    @Override
    public Double read(JsonNode input) {
        return input.get("w").doubleValue();
    }

    @Override
    public Double sample(Random random) {
        return 0.0;
    }

    @Override
    public Map<String, Function<Double, Workload>> functions(Options options) {
        Reverse reverse = Jacobi.of(Particle.class, "potential")
                .reverse(ACTIVE, ACTIVE, CONST)
                .as(Reverse.class);
        Forward forward = Jacobi.of(Particle.class, "potential")
                .forward(DUAL, DUAL, CONST)
                .as(Forward.class);
        Field byReverse = (x, y, control) -> reverse.apply(x, y, control, 1);
        Field byForward =
                (x, y, control) -> new Point(forward.apply(x, 1, y, 0, control), forward.apply(x, 0, y, 1, control));
        NumberFunction overReverse = control -> Particle.landing(control, byReverse);
        NumberFunction overForward = control -> Particle.landing(control, byForward);
        return Map.of(
                "rr", descent(overReverse, outerReverse(overReverse, options)),
                "ff", descent(overForward, Jacobi.derivative(overForward, 1, options)),
                "fr", descent(overReverse, Jacobi.derivative(overReverse, 1, options)),
                "rf", descent(overForward, outerReverse(overForward, options)));
    }

    private static DoubleUnaryOperator outerReverse(NumberFunction landing, Options options) {
        OuterReverse reverse = Jacobi.of(landing).with(options).reverse(ACTIVE).as(OuterReverse.class);
        return control -> reverse.apply(control, 1);
    }

    private static Function<Double, Workload> descent(NumberFunction landing, DoubleUnaryOperator derivative) {
        return start -> Workload.of(() -> GradientDescent.minimum(
                control -> landing.applyAsDouble(control[0]),
                (control, slope) -> slope[0] = derivative.applyAsDouble(control[0]),
                new double[] {start})[0]);
    }
}
