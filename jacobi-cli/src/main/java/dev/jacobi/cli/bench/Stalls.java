package dev.jacobi.cli.bench;

import dev.jacobi.Backend;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.cli.bench.StallProbe.Kernel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a derivative that runs holds up another thread, under several collectors, each in a JVM of its own. */
public final class Stalls {
    private static final List<String> COLLECTORS = List.of("G1", "Parallel", "Z");
    private static final Pattern SAFEPOINT =
            Pattern.compile("\\[(\\d+)ns\\] Safepoint .* Reaching safepoint: (\\d+) ns, .*Total: (\\d+) ns.*");
    /** The clock of the probe is set by whole milliseconds. */
    private static final long INEXACTNESS = 1_500_000;

    private Stalls() {}

    /**
     * A time when all threads stood still. In nanoseconds since the start of the JVM.
     *
     * @param end when they went on
     * @param reaching until the last one stood still
     * @param total from when they were told
     */
    record Safepoint(long end, long reaching, long total) {}

    /** A time when one thread was held up. */
    record Stall(long start, long duration) {}

    /**
     * What was found in one JVM; all in nanoseconds.
     *
     * @param longest time that the thread was held up
     * @param pause the longest that the collector itself needed
     * @param reaching the longest wait of the collector until all threads stood still
     * @param beyond the longest time that the thread was held up, less the collector's pauses in it
     */
    record Result(long longest, long pause, long reaching, long beyond) {
        static Result of(List<Stall> stalls, List<Safepoint> safepoints) {
            long longest = 0;
            long beyond = 0;
            for (Stall stall : stalls) {
                long own = safepoints.stream()
                        .filter(safepoint -> safepoint.end() >= stall.start() - INEXACTNESS
                                && safepoint.end() - safepoint.total()
                                        <= stall.start() + stall.duration() + INEXACTNESS)
                        .mapToLong(safepoint -> safepoint.total() - safepoint.reaching())
                        .sum();
                longest = Math.max(longest, stall.duration());
                beyond = Math.max(beyond, stall.duration() - own);
            }
            long pause = safepoints.stream()
                    .mapToLong(safepoint -> safepoint.total() - safepoint.reaching())
                    .max()
                    .orElse(0);
            long reaching =
                    safepoints.stream().mapToLong(Safepoint::reaching).max().orElse(0);
            return new Result(longest, pause, reaching, beyond);
        }
    }

    /** Writes a table. */
    public static void write(PrintWriter out) throws IOException {
        boolean isNative = NativeCompilers.find()
                .filter(compiler -> compiler.absence().isEmpty())
                .isPresent();
        out.println("a thread that looks at the clock and allocates while another one runs a derivative: milliseconds");
        out.printf(
                "%-10s %-14s %-8s %12s %12s %14s %12s%n",
                "collector", "derivative", "", "longest stall", "own pause", "beyond pauses", "to safepoint");
        for (String collector : COLLECTORS) {
            for (Kernel kernel : Kernel.values()) {
                for (Backend backend : List.of(Backend.JVM, Backend.LLVM)) {
                    boolean isWanted = backend == Backend.JVM || isNative && kernel != Kernel.NOTHING;
                    if (isWanted) {
                        Result result = run(collector, kernel, backend);
                        out.printf(
                                Locale.ROOT,
                                "%-10s %-14s %-8s %12.1f %12.1f %14.1f %12.1f%n",
                                collector,
                                kernel.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                kernel == Kernel.NOTHING ? "" : backend.name().toLowerCase(Locale.ROOT),
                                result.longest() / 1e6,
                                result.pause() / 1e6,
                                result.beyond() / 1e6,
                                result.reaching() / 1e6);
                        out.flush();
                    }
                }
            }
        }
    }

    private static Result run(String collector, Kernel kernel, Backend backend) throws IOException {
        Path log = Files.createTempFile("jacobi-safepoints", ".log");
        try {
            List<String> options = List.of(
                    "-XX:+Use" + collector + "GC",
                    "-Xmx768m",
                    "-Xmn32m",
                    "-Xlog:safepoint:file=" + log + ":uptimenanos");
            List<Stall> stalls = new ArrayList<>();
            for (String line : Fork.run(options, StallProbe.class, kernel.name(), backend.name())) {
                String[] numbers = line.split(" ", -1);
                stalls.add(new Stall(Long.parseLong(numbers[0]), Long.parseLong(numbers[1])));
            }
            return Result.of(stalls, safepoints(Files.readAllLines(log)));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** What the JVM has logged. */
    static List<Safepoint> safepoints(List<String> lines) {
        return lines.stream()
                .map(SAFEPOINT::matcher)
                .filter(Matcher::matches)
                .map(matcher -> new Safepoint(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3))))
                .toList();
    }
}
