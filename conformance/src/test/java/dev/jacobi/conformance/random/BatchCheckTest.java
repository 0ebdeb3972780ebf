package dev.jacobi.conformance.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchCheckTest {
    @Test
    void eachFormStartsWithTheSameStaticField() throws ClassNotFoundException {
        BatchCheck check = new BatchCheck();
        MemoryCompiler compiler = new MemoryCompiler();
        for (long seed = 0; seed < 16; seed++) {
            CountingProgram counting = CountingProgram.compiled(compiler, seed);
            assertEquals(Optional.empty(), check.check(counting.program(), counting.type()), "seed " + seed);
        }
        assertTrue(check.batches() >= 16, check.statistics());
    }
}
