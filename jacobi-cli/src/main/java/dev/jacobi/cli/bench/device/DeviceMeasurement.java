package dev.jacobi.cli.bench.device;

import dev.jacobi.cli.gradbench.Timing;
import dev.jacobi.examples.parallel.WellKnownKernel.Bits;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was found about a case.
 *
 * @param times for each way that was timed
 * @param error the largest of all runs of all ways but CUDA, as {@link Outcome#error} counts it
 * @param right whether no result was wrong and no way has failed
 * @param remark what failed or is missing, or empty
 */
record DeviceMeasurement(DeviceCase measured, Map<Way, Timing> times, double error, boolean right, String remark) {
    /** How many times as fast the second way is, by fastest runs. */
    OptionalDouble gain(Way slow, Way fast) {
        Timing of = times.get(slow);
        Timing by = times.get(fast);
        return of == null || by == null
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) of.minimum() / by.minimum());
    }

    boolean hasSameBits() {
        return measured.bits() == Bits.SAME;
    }
}
