package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/** How fast devices were with a kernel, by which its rounds are cut. Thread-safe. */
final class Speeds {
    /** The newest figure counts so much. */
    private static final double NEWEST = 0.5;
    /** No device gets less than this part of an equal share, so that it is measured again. */
    private static final double LEAST = 1.0 / 16;

    private final Map<OpenDevice, Double> known = new ConcurrentHashMap<>();

    /** A device has done rounds. The first time does not count: drivers compile, and data come. */
    void did(OpenDevice device, double rounds, long nanoseconds) {
        double speed = rounds / Math.max(1, nanoseconds);
        known.merge(
                device,
                Double.NaN,
                (before, _) -> Double.isNaN(before) ? speed : NEWEST * speed + (1 - NEWEST) * before);
    }

    /**
     * Cuts rounds, or parts of them.
     *
     * @return for each device the first, then the number of all: a device may have none
     */
    long[] cut(long count, List<OpenDevice> devices) {
        double[] speeds = new double[devices.size()];
        for (int device = 0; device < speeds.length; device++) {
            speeds[device] = known.getOrDefault(devices.get(device), Double.NaN);
        }
        return cut(count, speeds);
    }

    /** @param speeds NaN where nothing is known */
    static long[] cut(long count, double[] speeds) {
        OptionalDouble mean =
                Arrays.stream(speeds).filter(speed -> !Double.isNaN(speed)).average();
        double[] shares = new double[speeds.length];
        double all = 0;
        for (int device = 0; device < shares.length; device++) {
            double share = mean.isEmpty() || Double.isNaN(speeds[device]) ? 1 : speeds[device] / mean.getAsDouble();
            shares[device] = Math.max(LEAST, share);
            all += shares[device];
        }
        long[] bounds = new long[shares.length + 1];
        double before = 0;
        for (int device = 0; device < shares.length - 1; device++) {
            before += shares[device];
            bounds[device + 1] = Math.clamp(Math.round(count * (before / all)), bounds[device], count);
        }
        bounds[shares.length] = count;
        return bounds;
    }
}
