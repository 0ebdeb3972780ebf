package dev.jacobi.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

class GoldenPassTest {
    private static void dropFirstInstruction(Function function) {
        Block entry = function.entry();
        entry.remove(entry.instructions().getFirst());
    }

    @Test
    void theOutputOfAPassIsComparedWithTheFile() {
        GoldenPass.check(GoldenPassTest.class, "unused_constant", GoldenPassTest::dropFirstInstruction);
    }

    @Test
    void otherOutputFailsAndNamesTheUpdateMode() {
        assumeFalse(Golden.isUpdate());
        AssertionFailedError failure = assertThrows(
                AssertionFailedError.class, () -> GoldenPass.check(GoldenPassTest.class, "unused_constant", _ -> {}));
        assertTrue(String.valueOf(failure.getMessage()).contains("-Djacobi.golden=update"), failure.getMessage());
    }

    @Test
    void aMissingFileFailsAndNamesTheUpdateMode() {
        assumeFalse(Golden.isUpdate());
        AssertionFailedError failure =
                assertThrows(AssertionFailedError.class, () -> Golden.check(GoldenPassTest.class, "absent", ""));
        assertTrue(String.valueOf(failure.getMessage()).contains("-Djacobi.golden=update"), failure.getMessage());
    }

    @Test
    void filesAreListedByName() {
        assertEquals(List.of("unused_constant"), Golden.names(GoldenPassTest.class));
    }
}
