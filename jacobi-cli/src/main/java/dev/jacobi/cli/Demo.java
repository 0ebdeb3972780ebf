package dev.jacobi.cli;

import dev.jacobi.cli.demo.Tour;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job on embedded input. */
@Command(
        name = "demo",
        description = {
            "Differentiates sample methods, checks the derivatives against forward mode and finite",
            "differences, times them, prints a table and writes a picture."
        },
        mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            defaultValue = "jacobi-demo.png",
            description = "Where the picture goes; default: ${DEFAULT-VALUE} in the current directory.")
    private Path picture;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.4",
            description = "How long each method and each gradient is timed; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Override
    public Integer call() {
        return Tour.run(spec.commandLine().getOut(), picture, seconds) ? 0 : 1;
    }
}
