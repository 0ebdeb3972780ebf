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
    private static final long PROGRAMS = Long.getLong("jacobi.programs", 6_000);

    @Test
    void nativeCodeDoesWhatTheJvmDoesBitForBit() {
        Optional<String> absence = NativeCompilers.require().absence();
        assumeTrue(absence.isEmpty() || System.getenv("CI") != null, absence.orElse(""));
        NativeCheck check = new NativeCheck();
        long programs = PROGRAMS / 12;
        Fuzz fuzz = new Fuzz(check, 1, programs, 3, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random native programs: " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.compiled() > programs, check.statistics());
        assertTrue(check.refused() < check.compiled() / 4, check.statistics());
    }

    @Test
    void batchesDoWhatCallsDoBitForBit() {
        batches("random batches", new BatchCheck(), PROGRAMS / 24);
    }

    @Test
    void batchesInStepDoSoInAllWays() {
        batches("random batches in all ways", new BatchCheck(true), PROGRAMS / 150);
    }

    private static void batches(String what, BatchCheck check, long programs) {
        Fuzz fuzz = new Fuzz(check, 1, programs, 3, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println(what + ": " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.batches() > programs, check.statistics());
    }
}
