package dev.jacobi.cli.bench;

import dev.jacobi.Backend;
import dev.jacobi.backend.NativeCompilers;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long the first gradient of a Gaussian mixture takes, in JVMs that do nothing else. */
public final class Latency {
    private static final String COMPILED = "-Djacobi.cache.derivatives=false";
    private static final String WITHOUT_OBJECTS = "-Djacobi.llvm.objects=false";

    /**
     * One way to the first gradient.
     *
     * @param fresh whether nothing was differentiated before
     */
    private record Way(String label, Backend backend, boolean fresh, List<String> jvmOptions) {
        List<Long> fork() throws IOException {
            String[] arguments =
                    fresh ? new String[] {backend.name()} : new String[] {backend.name(), LatencyProbe.AFTER_OTHERS};
            return Fork.run(jvmOptions, LatencyProbe.class, arguments).stream()
                    .map(Long::valueOf)
                    .toList();
        }
    }

    private static final List<Way> WAYS = List.of(
            new Way("jvm, fresh JVM", Backend.JVM, true, List.of(COMPILED)),
            new Way("jvm, after others", Backend.JVM, false, List.of(COMPILED)),
            new Way("jvm, from disk, fresh JVM", Backend.JVM, true, List.of()),
            new Way("auto, fresh JVM", Backend.AUTO, true, List.of(COMPILED)),
            new Way("auto, from disk, fresh JVM", Backend.AUTO, true, List.of()),
            new Way("llvm, compiled, fresh JVM", Backend.LLVM, true, List.of(COMPILED, WITHOUT_OBJECTS)),
            new Way("llvm, compiled, after others", Backend.LLVM, false, List.of(COMPILED, WITHOUT_OBJECTS)),
            new Way("llvm, from disk, fresh JVM", Backend.LLVM, true, List.of()),
            new Way("llvm, from disk, after others", Backend.LLVM, false, List.of()));

    private Latency() {}

    /**
     * Writes a table.
     *
     * @param forks JVMs for each line, by turns
     */
    public static void write(int forks, PrintWriter out) throws IOException {
        boolean isNative = NativeCompilers.find()
                .filter(compiler -> compiler.absence().isEmpty())
                .isPresent();
        List<Way> ways = WAYS.stream()
                .filter(way -> isNative || way.backend() != Backend.LLVM)
                .toList();
        List<List<Long>> clock = new ArrayList<>();
        List<List<Long>> work = new ArrayList<>();
        for (Way way : ways) {
            clock.add(new ArrayList<>());
            work.add(new ArrayList<>());
            if (way.jvmOptions().isEmpty()) {
                way.fork(); // fills the cache on disk
            }
        }
        for (int fork = 0; fork < forks; fork++) {
            for (int i = 0; i < ways.size(); i++) {
                List<Long> nanoseconds = ways.get(i).fork();
                clock.get(i).add(nanoseconds.get(0));
                work.get(i).add(nanoseconds.get(1));
            }
        }
        out.printf(
                "first gradient of gmm in %d JVMs each: milliseconds on the clock, and of work of the calling thread%n",
                forks);
        out.printf("%-32s %10s %10s %10s %10s%n", "", "minimum", "median", "work", "median");
        for (int i = 0; i < ways.size(); i++) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %10.0f %10.0f %10.0f %10.0f%n",
                    ways.get(i).label(),
                    milliseconds(clock.get(i), 0),
                    milliseconds(clock.get(i), forks / 2),
                    milliseconds(work.get(i), 0),
                    milliseconds(work.get(i), forks / 2));
        }
        out.flush();
    }

    private static double milliseconds(List<Long> nanoseconds, int rank) {
        return nanoseconds.stream().sorted().toList().get(rank) / 1e6;
    }
}
