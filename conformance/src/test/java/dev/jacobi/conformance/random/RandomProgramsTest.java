package dev.jacobi.conformance.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a JVM of its own, with the options of {@code ./jacobi fuzz}. */
@Tag("random")
class RandomProgramsTest {
    private static final int MAX_FAILURES = 3;
    private static final long PROGRAMS = Long.getLong("jacobi.programs", 6_000);

    @Test
    void programIsTheSameEachTimeItIsMadeFromASeed() {
        assertEquals(
                ProgramGenerator.generate(17).source(),
                ProgramGenerator.generate(17).source());
        assertNotEquals(
                ProgramGenerator.generate(17).source(),
                ProgramGenerator.generate(18).source());
    }

    @Test
    void originalInterpretedAndEmittedCodeDoTheSame() {
        Fuzz fuzz = new Fuzz(new ProgramCheck(), 1, PROGRAMS, MAX_FAILURES, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random programs: " + fuzz.done());
        assertEquals(List.of(), failures);
        assertEquals(PROGRAMS, fuzz.done());
    }

    @Test
    void secondDerivativesInAllOrdersOfTheModesAndDifferencesOfTheGradientAgree() {
        HessianCheck check = new HessianCheck();
        long programs = PROGRAMS / 75;
        Fuzz fuzz = new Fuzz(check, 1, programs, MAX_FAILURES, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random second derivatives: " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.verdicts().refused() < programs / 5, check.statistics());
        assertTrue(check.verdicts().count(Verdict.OK) > programs, check.statistics());
    }

    @Test
    void forwardModeReverseModeAndFiniteDifferencesAgree() {
        SmoothCheck check = new SmoothCheck();
        Fuzz fuzz = new Fuzz(check, 1, PROGRAMS, MAX_FAILURES, (_, _) -> {});
        List<Fuzz.Failure> failures = fuzz.run();
        System.out.println("random differentiable programs: " + fuzz.done() + " " + check.statistics());
        assertEquals(List.of(), failures);
        assertTrue(check.verdicts().refused() < PROGRAMS / 5, check.statistics());
        assertTrue(check.verdicts().count(Verdict.OK) > PROGRAMS * 2, check.statistics());
    }
}
