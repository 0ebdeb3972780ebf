package dev.jacobi.conformance.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.conformance.random.Program.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchCheckTest {
    /** As shrinking leaves programs, which leaves out that {@code run} sets the static field itself. */
    private static Program countingItsRuns(long seed) {
        Node.Body body = new Node.Body();
        body.add("shared += a & 7;");
        body.add("return shared * b;");
        List<Variable> parameters =
                List.of(new Variable("a", "int", true, false), new Variable("b", "double", true, false));
        return new Program(
                seed, Program.PACKAGE + ".C" + seed, List.of(new Program.Method("run", "double", parameters, body)));
    }

    @Test
    void eachFormStartsWithTheSameStaticField() throws ClassNotFoundException {
        BatchCheck check = new BatchCheck();
        MemoryCompiler compiler = new MemoryCompiler();
        for (long seed = 0; seed < 16; seed++) {
            Program program = countingItsRuns(seed);
            Map<String, byte[]> classes = compiler.compile(Map.of(program.className(), program.source()), false);
            Class<?> type = new MemoryCompiler.Loader(classes).loadClass(program.className());
            assertEquals(Optional.empty(), check.check(program, type), "seed " + seed);
        }
        assertTrue(check.batches() >= 16, check.statistics());
    }
}
