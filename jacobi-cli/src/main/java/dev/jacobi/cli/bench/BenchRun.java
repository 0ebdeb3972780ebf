package dev.jacobi.cli.bench;

import dev.jacobi.Backend;
import dev.jacobi.cli.gradbench.Inputs;
import dev.jacobi.cli.gradbench.SuiteEval;
import dev.jacobi.cli.gradbench.SuiteFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A comparison and where its results go. */
public final class BenchRun {
    private final Comparison comparison;
    private final Baselines baselines;

    private BenchRun(Comparison comparison, Baselines baselines) {
        this.comparison = comparison;
        this.baselines = baselines;
    }

    /**
     * A comparison of backends.
     *
     * @param ablation whether each backend is measured a second time, with methods that are differentiated as they are and optimised only afterwards
     * @param data the folder with the inputs, or null for generated ones
     * @param names of the evals, or null for all
     * @throws IllegalArgumentException if there is no eval of a name, or there are no inputs in the folder
     */
    public static BenchRun of(
            @Nullable Path data,
            @Nullable List<String> names,
            List<Backend> backends,
            boolean ablation,
            double seconds,
            double warmUpSeconds,
            double budgetSeconds,
            int mostSizes)
            throws IOException {
        List<Variant> variants = backends.stream()
                .distinct()
                .map(Variant::of)
                .flatMap(variant -> ablation ? Stream.of(variant, variant.optimizedLater()) : Stream.of(variant))
                .toList();
        if (data != null && !Files.isDirectory(data.resolve("inputs"))) {
            throw new IllegalArgumentException("There is no directory inputs in " + data + ".");
        }
        Inputs inputs = data == null ? new GeneratedInputs() : new SuiteFiles(data);
        Comparison comparison = new Comparison(
                inputs, SuiteEval.named(names), variants, seconds, warmUpSeconds, budgetSeconds, mostSizes);
        return new BenchRun(comparison, data == null ? Baselines.NONE : Baselines.in(data));
    }

    /** Returns whether no output is wrong. */
    public boolean write(PrintWriter out, @Nullable Path csv, @Nullable Path picture) throws IOException {
        Report report = new Report(comparison.variants(), baselines);
        report.writeHead(out);
        List<Measurement> measurements = comparison.run(measured -> report.writeLine(measured, out));
        report.writeMeans(measurements, out);
        Ablation.write(comparison.variants(), measurements, out);
        if (csv != null) {
            report.writeCsv(measurements, csv);
        }
        if (picture != null) {
            Picture.write(picture, measurements, comparison.variants(), baselines);
        }
        return measurements.stream().allMatch(Measurement::right);
    }
}
