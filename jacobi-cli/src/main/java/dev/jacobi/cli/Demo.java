package dev.jacobi.cli;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.cli.demo.OnDevice;
import dev.jacobi.cli.demo.Tour;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job on embedded input. */
@Command(
        name = "demo",
        description = {
            "Differentiates sample methods, checks the derivatives against forward mode and finite",
            "differences, times them, prints a table and writes a picture. With --device, runs sample methods on it,",
            "the training of a network among them, and compares with the JVM."
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

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Instead: on this device, such as cuda:0, or on the preferred one: first.")
    private @Nullable String device;

    @Override
    public Integer call() {
        if (device != null) {
            try {
                return OnDevice.run(device, spec.commandLine().getOut()) ? 0 : 1;
            } catch (JacobiException refusal) {
                if (refusal.refusal() == Refusal.NO_DEVICE) {
                    throw new ParameterException(spec.commandLine(), refusal.getMessage(), refusal);
                }
                throw refusal;
            }
        }
        return Tour.run(spec.commandLine().getOut(), picture, seconds) ? 0 : 1;
    }
}
