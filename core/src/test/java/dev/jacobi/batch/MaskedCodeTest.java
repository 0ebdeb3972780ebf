package dev.jacobi.batch;

import static dev.jacobi.Axis.EACH;
import static dev.jacobi.Axis.SHARED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.testing.Golden;
import dev.jacobi.testing.GoldenPass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of examples that go different ways in step, as text. */
class MaskedCodeTest {
    private static Function inStep(Function scalar, Axis... axes) {
        BatchSignature signature = new BatchSignature(
                "f",
                scalar.parameters().stream()
                        .map(parameter -> parameter.type().descriptor())
                        .toList(),
                scalar.returnType().descriptor(),
                List.of(axes),
                Layout.SEPARATE);
        Function lanes =
                ExamplesInStep.of(signature, scalar, true).lanes().orElseThrow().function();
        Pipeline.standard().verifying(true).run(lanes);
        return lanes;
    }

    @Test
    void aLoopOfWhichExamplesLeaveInDifferentRounds() {
        GoldenPass.checkResult(MaskedCodeTest.class, "masked_loop", scalar -> inStep(scalar, EACH, SHARED));
    }

    @Test
    void aBranchThatSomeTake() {
        GoldenPass.checkResult(MaskedCodeTest.class, "masked_branch", scalar -> inStep(scalar, SHARED, EACH, EACH));
    }

    @Test
    void whatIsUsedBehindALoopIsPassedOnByItsExits() {
        GoldenPass.check(
                MaskedCodeTest.class,
                "closed_loop",
                function -> CloseLoop.run(function, Loops.of(function).all().getFirst(), _ -> true));
    }

    @Test
    void eachFileHasATest() {
        assertEquals(List.of("closed_loop", "masked_branch", "masked_loop"), Golden.names(MaskedCodeTest.class));
    }
}
