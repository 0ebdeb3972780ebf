package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.HtEval.Input;
import dev.jacobi.cli.gradbench.SuiteEval.Defined;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The Jacobian of hand tracking against central differences, on a small hand. */
class HtEvalTest {
    private final HtEval eval = new HtEval();
    private final Map<String, Function<Input, Workload>> functions =
            Defined.of(eval, SuiteEval.HT.compared(), Options.DEFAULT).functions();

    private JsonNode run(String function, Input input) {
        Workload workload = functions.get(function).apply(input);
        workload.run();
        return workload.output();
    }

    private void assertJacobian(Input input) {
        JsonNode jacobian = run("jacobian", input);
        int compressed = input.inside().length > 0 ? 2 : 0;
        double largest = StrictCheck.numbers(jacobian).stream()
                .mapToDouble(Math::abs)
                .max()
                .orElseThrow();
        assertTrue(largest > 1e-3);
        double h = 1e-6;
        for (int column = 0; column < compressed + input.theta().length; column++) {
            List<Double> above = StrictCheck.numbers(run("objective", moved(input, column - compressed, h)));
            List<Double> below = StrictCheck.numbers(run("objective", moved(input, column - compressed, -h)));
            for (int row = 0; row < above.size(); row++) {
                assertEquals(
                        (above.get(row) - below.get(row)) / (2 * h),
                        jacobian.get(row).get(column).doubleValue(),
                        1e-7 * largest,
                        row + ", " + column);
            }
        }
    }

    /** Angles have numbers from 0 on; -2 and -1 are the first and second numbers of all places in triangles. */
    private static Input moved(Input input, int variable, double distance) {
        double[] theta = input.theta().clone();
        double[] inside = input.inside().clone();
        if (variable >= 0) {
            theta[variable] += distance;
        } else {
            for (int i = 2 + variable; i < inside.length; i += 2) {
                inside[i] += distance;
            }
        }
        return new Input(theta, inside, input.hand(), input.correspondences(), input.measured());
    }

    @Test
    void theJacobianOfPointsOnTrianglesIsThatOfTheResiduals() {
        assertJacobian(eval.sample(new Random(3)));
    }

    @Test
    void theJacobianOfPointsOnVerticesIsThatOfTheResiduals() {
        Input input = eval.sample(new Random(4));
        assertJacobian(
                new Input(input.theta(), new double[0], input.hand(), input.correspondences(), input.measured()));
    }
}
