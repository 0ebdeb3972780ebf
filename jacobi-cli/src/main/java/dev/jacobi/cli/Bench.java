package dev.jacobi.cli;

import dev.jacobi.Backend;
import dev.jacobi.JacobiException;
import dev.jacobi.cli.bench.BenchRun;
import dev.jacobi.cli.bench.Latency;
import dev.jacobi.cli.bench.Stalls;
import dev.jacobi.cli.bench.device.DeviceBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the evals of GradBench on every backend, in one run. */
@Command(
        name = "bench",
        description = {
            "Checks and times the 12 evals of GradBench on every backend, primal and derivative by turns in one run,",
            "and divides by the seconds of other tools if the folder has them; or, with --device, well-known kernels on a",
            "device and on the JVM. What is measured how: docs/benchmarks.md."
        },
        mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Has inputs/EVAL/SIZE.json, expected/EVAL/SIZE.FUNCTION.json and perhaps baselines.csv;",
                "default: generated inputs."
            })
    private @Nullable Path data;

    @Option(names = "--eval", split = ",", paramLabel = "NAME", description = "Only these evals; default: all.")
    private @Nullable List<String> evals;

    @Option(
            names = "--backend",
            split = ",",
            paramLabel = "B",
            description = "Which backends; default: jvm,llvm,auto, with --ablation jvm,llvm.")
    private @Nullable List<Backend> backends;

    @Option(
            names = "--ablation",
            description = "Compares with methods that are differentiated first and optimised only later.")
    private boolean ablation;

    @Option(names = "--latency", description = "Instead: how long the first gradient of gmm takes in fresh JVMs.")
    private boolean latency;

    @Option(
            names = "--stalls",
            description = "Instead: how long a running derivative holds up other threads, under three collectors.")
    private boolean stalls;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = {
                "Instead: well-known kernels and gradients on this device, such as cuda:0, or on the preferred one: first.",
                "./jacobi devices lists them."
            })
    private @Nullable String device;

    @Option(
            names = "--kernel",
            split = ",",
            paramLabel = "NAME",
            description = "With --device: only these kernels; default: all.")
    private @Nullable List<String> kernels;

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "5",
            description = "With --latency: how many JVMs; default: ${DEFAULT-VALUE}.")
    private int forks;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long each function is timed on each input; default: 0.5.")
    private @Nullable Double seconds;

    @Option(names = "--warm-up", paramLabel = "S", description = "How long it runs before it is timed; default: 1.")
    private @Nullable Double warmUp;

    @Option(
            names = "--budget",
            paramLabel = "S",
            defaultValue = "30",
            description = "Inputs whose first runs take longer are checked, not timed; default: ${DEFAULT-VALUE}.")
    private double budget;

    @Option(names = "--fast-math", description = "With --device: with its fast functions of Math.")
    private boolean fastMath;

    @Option(names = "--quick", description = "The smallest input of each eval, for a tenth of the time.")
    private boolean quick;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "Writes all that was measured as comma-separated values.")
    private @Nullable Path csv;

    @Option(names = "--picture", paramLabel = "FILE", description = "Draws the geometric means, as PNG.")
    private @Nullable Path picture;

    @Override
    public Integer call() throws IOException {
        if (latency) {
            allowOnly("--latency", "--forks");
            if (forks < 1) {
                throw new ParameterException(spec.commandLine(), "--forks is 1 or more, not " + forks + ".");
            }
            Latency.write(forks, spec.commandLine().getOut());
            return 0;
        }
        if (stalls) {
            allowOnly("--stalls");
            Stalls.write(spec.commandLine().getOut());
            return 0;
        }
        if (spec.commandLine().getParseResult().hasMatchedOption("--forks")) {
            throw new ParameterException(spec.commandLine(), "--forks goes with --latency alone.");
        }
        if (picture != null && ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--picture needs java.desktop, which this runtime has not; --csv has all figures.");
        }
        double share = quick ? 0.1 : 1;
        PrintWriter out = spec.commandLine().getOut();
        if (device != null) {
            allowOnly(
                    "--device",
                    "--kernel",
                    "--fast-math",
                    "--seconds",
                    "--warm-up",
                    "--budget",
                    "--quick",
                    "--csv",
                    "--picture");
            return onDevice(device, share).write(out, csv, picture) ? 0 : 1;
        }
        if (kernels != null || fastMath) {
            throw new ParameterException(
                    spec.commandLine(), (kernels != null ? "--kernel" : "--fast-math") + " goes with --device alone.");
        }
        BenchRun run;
        try {
            run = BenchRun.of(
                    data,
                    evals,
                    backends(),
                    ablation,
                    seconds == null ? 0.5 * share : seconds,
                    warmUp == null ? share : warmUp,
                    budget,
                    quick ? 1 : Integer.MAX_VALUE);
        } catch (IllegalArgumentException misuse) {
            throw new ParameterException(spec.commandLine(), misuse.getMessage(), misuse);
        }
        return run.write(out, csv, picture) ? 0 : 1;
    }

    private DeviceBench onDevice(String name, double share) {
        try {
            return DeviceBench.of(
                    name,
                    kernels,
                    quick,
                    fastMath,
                    seconds == null ? 0.5 * share : seconds,
                    warmUp == null ? share : warmUp,
                    budget);
        } catch (IllegalArgumentException | JacobiException misuse) {
            throw new ParameterException(spec.commandLine(), misuse.getMessage(), misuse);
        }
    }

    /** An option that would be ignored is refused. */
    private void allowOnly(String option, String... others) {
        for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
            String name = given.longestName();
            if (!name.equals(option) && !List.of(others).contains(name)) {
                throw new ParameterException(spec.commandLine(), option + " does not go with " + name + ".");
            }
        }
    }

    private List<Backend> backends() {
        if (backends != null) {
            return backends;
        }
        return ablation ? List.of(Backend.JVM, Backend.LLVM) : List.of(Backend.JVM, Backend.LLVM, Backend.AUTO);
    }
}
