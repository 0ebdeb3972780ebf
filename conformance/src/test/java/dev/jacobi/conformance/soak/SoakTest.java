package dev.jacobi.conformance.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Twenty seconds of what {@code ./jacobi soak} does for longer. */
class SoakTest {
    @Test
    void sixteenThreadsGetTheBitsOfOneThreadAndKeepNothing() throws InterruptedException {
        Soak.Report report = new Soak(Work.all()).run(Duration.ofSeconds(20), 16, 4);
        System.out.println(report);
        assertEquals(List.of(), report.mismatches());
        assertTrue(report.calls() > 10_000, report::toString);
        assertTrue(report.growth() < 16L << 20, report::toString);
    }
}
