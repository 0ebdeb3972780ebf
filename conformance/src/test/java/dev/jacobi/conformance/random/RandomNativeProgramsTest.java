package dev.jacobi.conformance.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.backend.NativeCompilers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Not among {@link RandomProgramsTest}: method handles that the JDK interprets, as there, lose what a native call throws. */
class RandomNativeProgramsTest {
    @Test
    void nativeCodeDoesWhatTheJvmDoesBitForBit() {
        Optional<String> absence = NativeCompilers.require().absence();
        assumeTrue(absence.isEmpty() || System.getenv("CI") != null, absence.orElse(""));
        NativeCheck check = new NativeCheck();
        long programs = Long.getLong("jacobi.programs", 20_000) / 40;
        Fuzz fuzz = new Fuzz(check, 1, programs, 3, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random native programs: " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.compiled() > programs, check.statistics());
        assertTrue(check.refused() < check.compiled() / 4, check.statistics());
    }

    @Test
    void batchesDoWhatCallsDoBitForBit() {
        BatchCheck check = new BatchCheck();
        long programs = Long.getLong("jacobi.programs", 20_000) / 80;
        Fuzz fuzz = new Fuzz(check, 1, programs, 3, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random batches: " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.batches() > programs, check.statistics());
    }
}
