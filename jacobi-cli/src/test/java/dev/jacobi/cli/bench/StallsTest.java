package dev.jacobi.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.cli.bench.Stalls.Result;
import dev.jacobi.cli.bench.Stalls.Safepoint;
import dev.jacobi.cli.bench.Stalls.Stall;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallsTest {
    @Test
    void theLogOfTheJvmIsRead() {
        assertEquals(
                List.of(new Safepoint(2789932732L, 88370, 1036878)),
                Stalls.safepoints(List.of(
                        "[2789932732ns] Safepoint \"G1CollectForAllocation\", Time since last: 71717732 ns, Reaching"
                                + " safepoint: 88370 ns, At safepoint: 933826 ns, Leaving safepoint: 14682 ns, Total: 1036878 ns,"
                                + " Threads: 1 runnable, 11 total",
                        "something else")));
    }

    @Test
    void theCollectorsPauseIsNotWhatTheDerivativeHoldsUp() {
        List<Safepoint> safepoints =
                List.of(new Safepoint(100_000_000, 6_000_000, 10_000_000), new Safepoint(500_000_000, 0, 30_000_000));
        Result result = Result.of(
                List.of(
                        new Stall(89_000_000, 12_000_000),
                        new Stall(469_000_000, 31_000_000),
                        new Stall(200, 3_000_000)),
                safepoints);
        assertEquals(new Result(31_000_000, 30_000_000, 6_000_000, 8_000_000), result);
    }

    @Test
    void withoutStallsAllIsZero() {
        assertEquals(new Result(0, 0, 0, 0), Result.of(List.of(), List.of()));
    }
}
