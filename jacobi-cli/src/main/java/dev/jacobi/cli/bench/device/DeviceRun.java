package dev.jacobi.cli.bench.device;

import dev.jacobi.JacobiException;
import dev.jacobi.cli.gradbench.Timing;
import dev.jacobi.offload.Device;
import dev.jacobi.offload.OffloadedMethod;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures one case in all ways by turns. Each run has arguments of its own, and all that it leaves is compared with what plain Java leaves, outside of the time that counts.
 *
 * @param hasFastMath whether the device computes with {@link OffloadedMethod#withFastMath}
 * @param seconds how long each way runs, comparisons included
 * @param warmUpSeconds how long it runs before
 * @param budgetSeconds a way is not timed if its first run takes longer
 */
record DeviceRun(
        Device device,
        @Nullable HandWrittenCuda cuda,
        boolean small,
        boolean hasFastMath,
        double seconds,
        double warmUpSeconds,
        double budgetSeconds) {
    /** So long all runs with resident data together take, about. */
    private static final double RESIDENT_SECONDS = 0.05;

    private static final int MOST_TIMES = 200;

    DeviceMeasurement measure(DeviceCase of) {
        return new Running(of).measure();
    }

    private final class Running {
        private final DeviceCase of;
        private final Object[] arguments;
        private final Outcome expected;
        private final double sequentialSeconds;
        private final Map<Way, LongSupplier> ways = new EnumMap<>(Way.class);
        private final List<String> remarks = new ArrayList<>();
        private HandWrittenCuda.@Nullable Kernel written;
        private double error;
        private boolean right = true;

        Running(DeviceCase of) {
            this.of = of;
            this.arguments = of.arguments().of(small);
            Object[] own = Outcome.copy(arguments);
            long start = System.nanoTime();
            this.expected = new Outcome(of.sequential().call(own), own);
            this.sequentialSeconds = (System.nanoTime() - start) * 1e-9;
        }

        DeviceMeasurement measure() {
            try {
                return measureAll();
            } finally {
                if (written != null) {
                    written.close();
                }
            }
        }

        private DeviceMeasurement measureAll() {
            add(Way.SEQUENTIAL, () -> run(Way.SEQUENTIAL, of.sequential()));
            add(Way.PARALLEL, () -> run(Way.PARALLEL, of.parallel()));
            addOffloaded();
            addCuda();
            for (Way way : List.copyOf(ways.keySet())) {
                attempt(way, () -> Timing.run(supplier(way), warmUpSeconds, new ArrayList<>()));
            }
            Map<Way, Timing> times = new EnumMap<>(Way.class);
            List<Way> timed = List.copyOf(ways.keySet());
            attempt(null, () -> {
                List<Timing> timings = timed.isEmpty()
                        ? List.of()
                        : Timing.ofRuns(timed.stream().map(this::supplier).toList(), seconds);
                for (int i = 0; i < timings.size(); i++) {
                    times.put(timed.get(i), timings.get(i));
                }
            });
            return new DeviceMeasurement(of, times, error, right, String.join("; ", remarks));
        }

        private LongSupplier supplier(Way way) {
            return Objects.requireNonNull(ways.get(way));
        }

        /** Runs a way for the first time, and takes it up if that went well and fast enough. */
        private void add(Way way, LongSupplier run) {
            attempt(way, () -> {
                long start = System.nanoTime();
                long _ = run.getAsLong();
                double first = (System.nanoTime() - start) * 1e-9;
                if (first <= budgetSeconds) {
                    ways.put(way, run);
                } else {
                    remarks.add(way.label() + " not timed: its first run took longer than the budget");
                }
            });
        }

        private void attempt(@Nullable Way way, Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | OutOfMemoryError failure) {
                String what = failure instanceof JacobiException refusal
                        ? String.valueOf(refusal.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")
                        : failure.toString();
                remarks.add((way == null ? "" : way.label() + " ") + "failed: " + what);
                right = false;
                if (way != null) {
                    ways.remove(way);
                }
            }
        }

        private void addOffloaded() {
            attempt(Way.END_TO_END, () -> {
                OffloadedMethod method = forDevice(of.onDevice().get());
                add(Way.END_TO_END, () -> run(Way.END_TO_END, own -> method.run(device, own)));
            });
            attempt(Way.RESIDENT, () -> {
                OffloadedMethod repeated = forDevice(of.repeated().get());
                Outcome once = repeatedOnJvm(1);
                // Twice, since the first run compiles.
                resident(repeated, 1, once);
                long nanoseconds = resident(repeated, 1, once);
                int times = Math.min(times(RESIDENT_SECONDS, nanoseconds * 1e-9), times(2, sequentialSeconds));
                Outcome right = repeatedOnJvm(times);
                add(Way.RESIDENT, () -> resident(repeated, times, right));
            });
        }

        private OffloadedMethod forDevice(OffloadedMethod method) {
            return hasFastMath ? method.withFastMath() : method;
        }

        private static int times(double seconds, double eachSeconds) {
            return (int) Math.clamp(seconds / Math.max(eachSeconds, 1e-9), 1, MOST_TIMES);
        }

        private void addCuda() {
            if (cuda == null) {
                return;
            }
            attempt(Way.CUDA, () -> {
                HandWrittenCuda.Kernel kernel = cuda.kernel(of.label(), arguments);
                if (kernel == null) {
                    return;
                }
                written = kernel;
                Outcome outcome = kernel.once();
                double mean = outcome.meanError(expected);
                if (mean > HandWrittenCuda.MOST_ERROR) {
                    throw new IllegalStateException("the kernel written by hand is wrong by " + mean);
                }
                int times = times(RESIDENT_SECONDS, kernel.nanoseconds(1) * 1e-9);
                add(Way.CUDA, () -> kernel.nanoseconds(times));
            });
        }

        private Outcome repeatedOnJvm(int times) {
            Object[] own = DeviceCase.forRepeated(times, Outcome.copy(arguments));
            Object result = of.repeatedOnJvm().call(own);
            return withoutClock(result, own);
        }

        private long resident(OffloadedMethod repeated, int times, Outcome right) {
            Object[] own = DeviceCase.forRepeated(times, Outcome.copy(arguments));
            Object result = repeated.run(device, own);
            long[] clock = (long[]) own[1];
            check(Way.RESIDENT, withoutClock(result, own), right);
            return (clock[1] - clock[0]) / times;
        }

        private static Outcome withoutClock(@Nullable Object result, Object[] own) {
            Object[] others = own.clone();
            others[1] = new long[0];
            return new Outcome(result, others);
        }

        private long run(Way way, DeviceCase.Call call) {
            Object[] own = Outcome.copy(arguments);
            long start = System.nanoTime();
            Object result = call.call(own);
            long time = System.nanoTime() - start;
            check(way, new Outcome(result, own), expected);
            return time;
        }

        private void check(Way way, Outcome actual, Outcome expectedOutcome) {
            double found = actual.error(expectedOutcome);
            error = Math.max(error, found);
            if (!Outcome.isRight(found, of.bits())) {
                String remark = way.label() + " gives WRONG results";
                right = false;
                if (!remarks.contains(remark)) {
                    remarks.add(remark);
                }
            }
        }
    }
}
