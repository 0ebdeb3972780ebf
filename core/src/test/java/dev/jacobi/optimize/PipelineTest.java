package dev.jacobi.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.autodiff.Code;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import org.junit.jupiter.api.Test;

class PipelineTest {
    static double twice(double x) {
        return square(x) + square(x);
    }

    static double square(double x) {
        return x * x;
    }

    private static long count(Function function, OpCode wanted) {
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == wanted)
                .count();
    }

    @Test
    void whatIsNotOptimisedFirstIsInlinedAndElseLeftAsItIs() {
        Pipeline pipeline = Pipeline.forDifferentiation(PipelineTest.class, _ -> false);
        Function plain = Code.lift(PipelineTest.class, "twice");
        pipeline.optimizing(false).run(plain);
        assertEquals(0, count(plain, OpCode.INVOKE_STATIC));
        assertEquals(2, count(plain, OpCode.MUL));
        Function optimized = Code.lift(PipelineTest.class, "twice");
        pipeline.run(optimized);
        assertEquals(0, count(optimized, OpCode.INVOKE_STATIC));
        assertEquals(1, count(optimized, OpCode.MUL));
    }
}
