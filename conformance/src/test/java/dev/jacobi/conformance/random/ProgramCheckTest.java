package dev.jacobi.conformance.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgramCheckTest {
    @Test
    void eachFormStartsWithTheSameStaticField() throws ClassNotFoundException {
        MemoryCompiler compiler = new MemoryCompiler();
        for (long seed = 0; seed < 4; seed++) {
            CountingProgram counting = CountingProgram.compiled(compiler, seed);
            assertEquals(
                    Optional.empty(), new ProgramCheck().check(counting.program(), counting.type()), "seed " + seed);
        }
    }
}
