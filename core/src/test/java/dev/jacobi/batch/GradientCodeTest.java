package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static dev.jacobi.Axis.SUMMED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.testing.Golden;
import dev.jacobi.testing.GoldenPass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of gradients in step, as text. */
class GradientCodeTest {
    private static void check(String name, Axis... axes) {
        GoldenPass.checkResult(GradientCodeTest.class, name, scalar -> inStep(scalar, axes));
    }

    private static Function inStep(Function scalar, Axis... axes) {
        BatchSignature signature = new BatchSignature(
                "f",
                scalar.parameters().stream()
                        .map(parameter -> parameter.type().descriptor())
                        .toList(),
                scalar.returnType().descriptor(),
                List.of(axes),
                Layout.LANES);
        Function lanes =
                ExamplesInStep.of(signature, scalar, true).lanes().orElseThrow().function();
        Pipeline.standard().verifying(true).run(lanes);
        return lanes;
    }

    @Test
    void whatIsAddedToASumBecomesRecords() {
        check("summed_gradient", SHARED, SUMMED, EACH, EACH);
    }

    @Test
    void aTapeOfAllLanes() {
        check("tape", EACH, SHARED);
    }

    @Test
    void eachFileHasATest() {
        assertEquals(List.of("summed_gradient", "tape"), Golden.names(GradientCodeTest.class));
    }
}
