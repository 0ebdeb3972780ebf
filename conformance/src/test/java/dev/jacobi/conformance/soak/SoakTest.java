package dev.jacobi.conformance.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Twenty seconds of what {@code ./jacobi soak} does for longer. */
class SoakTest {
    @Test
    void sixteenThreadsGetTheBitsOfOneThreadAndKeepNothing() throws InterruptedException {
        Soak.Report report = new Soak(Work.all(Options.DEFAULT)).run(Duration.ofSeconds(20), 16, 4);
        System.out.println(report);
        assertEquals(List.of(), report.mismatches());
        assertTrue(report.calls() > 10_000, report::toString);
        assertTrue(report.growth() < 16L << 20, report::toString);
    }

    @Test
    void theBitsStayTheSameWhenNativeCodeTakesOverMeanwhile() throws InterruptedException {
        Options options = Options.DEFAULT.withBackend(Backend.AUTO).withStrictMath(true);
        Soak soak = new Soak(Work.all(options));
        Soak.Report report = soak.run(Duration.ofSeconds(5), 16, 2);
        // As long as the thread that compiles gets too little of the processors.
        for (int round = 0; round < 30 && Jacobi.backendChoices().stream().allMatch(BackendChoice::pending); round++) {
            report = soak.run(Duration.ofSeconds(5), 4, 2);
        }
        List<BackendChoice> choices = Jacobi.backendChoices();
        System.out.println(report + ", " + choices);
        assertEquals(List.of(), report.mismatches());
        assertTrue(report.growth() < 16L << 20, report::toString);
        assertTrue(choices.stream().anyMatch(choice -> !choice.pending()), choices::toString);
    }
}
