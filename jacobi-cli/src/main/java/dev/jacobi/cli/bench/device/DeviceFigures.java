package dev.jacobi.cli.bench.device;

import dev.jacobi.cli.gradbench.Timing;
import dev.jacobi.examples.parallel.LinearAlgebra;
import dev.jacobi.examples.parallel.Repeated;
import dev.jacobi.offload.Device;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import dev.jacobi.offload.runtime.Runtimes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a device takes for the least there is to do, and how fast it copies.
 *
 * @param launch nanoseconds of one of many launches of a kernel of one round in one call
 * @param waited nanoseconds of such a launch after each of which the host reads the number that it has written
 * @param call nanoseconds of a whole call with one kernel of one round, over two arrays of one number
 * @param copy nanoseconds of a copy of {@code bytes} within the device
 * @param in nanoseconds of a copy of {@code bytes} to it, from the heap
 * @param out nanoseconds of a copy of {@code bytes} from it, to the heap
 * @param bytes of each copy
 */
record DeviceFigures(Timing launch, Timing waited, Timing call, Timing copy, Timing in, Timing out, long bytes) {
    private static final int LAUNCHES = 1000;
    private static final int COPIES = 10;
    private static final int LARGEST_COPY = 1 << 28;
    private static final int SMALL_COPY = 1 << 22;

    /** Bytes that are read and written in a second by the fastest copy within the device. */
    double copyBandwidth() {
        return 2e9 * bytes / copy.minimum();
    }

    static DeviceFigures measure(Device device, boolean small, double seconds, double warmUpSeconds) {
        DeviceDescription description = description(device);
        int bytes = (int) Math.min(small ? SMALL_COPY : LARGEST_COPY, description.largestAllocationBytes() / 4);
        byte[] host = new byte[bytes];
        OffloadedMethod empty = Offload.of(Repeated.class, "empty");
        OffloadedMethod waited = Offload.of(Repeated.class, "emptyOneByOne");
        OffloadedMethod saxpy = Offload.of(LinearAlgebra.class, "saxpy");
        try (OpenDevice open = Runtimes.open(description);
                DeviceBuffer from = open.allocate(bytes);
                DeviceBuffer to = open.allocate(bytes)) {
            open.clear(from, 0, bytes);
            List<LongSupplier> runs = List.of(
                    () -> launches(empty, device),
                    () -> launches(waited, device),
                    () -> call(saxpy, device),
                    () -> copies(open, from, to, bytes),
                    () -> {
                        long start = System.nanoTime();
                        open.copyIn(MemorySegment.ofArray(host), from, 0);
                        open.sync();
                        return System.nanoTime() - start;
                    },
                    () -> {
                        long start = System.nanoTime();
                        open.copyOut(to, 0, MemorySegment.ofArray(host));
                        return System.nanoTime() - start;
                    });
            runs.forEach(run -> Timing.run(run, warmUpSeconds, new ArrayList<>()));
            List<Timing> times = Timing.ofRuns(runs, seconds);
            return new DeviceFigures(
                    times.get(0), times.get(1), times.get(2), times.get(3), times.get(4), times.get(5), bytes);
        }
    }

    static DeviceDescription description(Device device) {
        return Runtimes.devices().stream()
                .filter(each -> each.id().equals(device.id()))
                .findFirst()
                .orElseThrow();
    }

    private static long launches(OffloadedMethod method, Device device) {
        long[] clock = new long[2];
        int[] counter = new int[1];
        method.run(device, LAUNCHES, clock, new int[1], counter);
        if (counter[0] != LAUNCHES + 1) {
            throw new IllegalStateException(
                    LAUNCHES + 1 + " launches that count have counted " + counter[0] + " on " + device);
        }
        return (clock[1] - clock[0]) / LAUNCHES;
    }

    private static long call(OffloadedMethod saxpy, Device device) {
        float[] y = {1};
        long start = System.nanoTime();
        saxpy.run(device, 2f, new float[] {3}, y);
        long time = System.nanoTime() - start;
        if (y[0] != 7) {
            throw new IllegalStateException("1 + 2 * 3 is " + y[0] + " on " + device);
        }
        return time;
    }

    private static long copies(OpenDevice open, DeviceBuffer from, DeviceBuffer to, long bytes) {
        open.sync();
        long start = System.nanoTime();
        for (int copy = 0; copy < COPIES; copy++) {
            open.copy(from, 0, to, 0, bytes);
        }
        open.sync();
        return (System.nanoTime() - start) / COPIES;
    }
}
