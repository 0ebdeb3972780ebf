package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.Batched;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is made of methods, derivatives and batches before there is a device, and what is refused then. */
class OffloadTest {
    private static volatile double shared;

    static double square(double x) {
        return x * x;
    }

    interface Squares {
        double[] of(double[] x);
    }

    @Test
    void batchesThatFinishOtherExamplesAreRefused() {
        Batched batch = Jacobi.of(OffloadTest.class, "square").batch(Axis.EACH).finishingOthers();
        JacobiException refusal = assertThrows(JacobiException.class, () -> Offload.of(batch, Squares.class));
        assertEquals(Refusal.NOT_ON_DEVICE, refusal.refusal());
        assertEquals(
                "cannot run the batch of dev.jacobi.offload.OffloadTest.square(double) on a device: there the first example that throws ends it; leave out finishingOthers()",
                refusal.getMessage().lines().findFirst().orElse(""));
    }

    static void volatileField(double[] y) {
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] = shared);
    }

    @Test
    void volatileFieldsAreNotReadInAdvance() {
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> Offload.of(OffloadTest.class, "volatileField"));
        assertEquals(Refusal.NOT_ON_DEVICE, refusal.refusal());
        assertEquals(
                "cannot compile dev.jacobi.offload.OffloadTest.volatileField(double[]) for a device: it reads the static field dev.jacobi.offload.OffloadTest.shared",
                refusal.getMessage().lines().findFirst().orElse(""));
    }

    static void scale(double[] y, double x) {
        double factor = Math.sin(x);
        IntStream.range(0, y.length).parallel().forEach(i -> y[i] *= factor);
    }

    @Test
    void strictMathHoldsForWhatStaysOnTheJvm() {
        Primal primal = Jacobi.of(OffloadTest.class, "scale");
        String plain = Offload.of(primal).explain();
        String strict =
                Offload.of(primal.with(Options.DEFAULT.withStrictMath(true))).explain();
        assertTrue(plain.contains("math sin "), plain);
        assertTrue(strict.contains("math strict.sin "), strict);
        assertFalse(strict.contains("math sin "), strict);
    }
}
