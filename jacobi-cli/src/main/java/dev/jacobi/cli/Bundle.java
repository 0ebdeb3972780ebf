package dev.jacobi.cli;

import dev.jacobi.cli.bundle.BundleMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a directory that runs on machines without Java. */
@Command(
        name = "bundle",
        description = {
            "Makes one directory with a Java runtime, Jacobi, LLVM and the tests on devices, for machines of the same",
            "system and processor without Java: DIR/jacobi test --device cuda:0, DIR/jacobi bench --device cuda:0."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 fine, 1 if it is larger than 60 MiB, 2 misuse."})
final class Bundle implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A new directory, an empty one, or an earlier bundle.")
    private Path directory;

    @Option(
            names = "--fast",
            description = "Compresses LLVM in seconds instead of minutes; the bundle is then larger than 60 MiB.")
    private boolean fast;

    @Override
    public Integer call() throws IOException {
        refuseOther(directory);
        BundleMaker maker = new BundleMaker(part("APP"), part("LIBRARIES"), part("TESTS"), part("LLVM"));
        PrintWriter out = spec.commandLine().getOut();
        long size = maker.make(directory, fast, out);
        if (size > BundleMaker.MOST_BYTES && !fast) {
            out.printf(
                    Locale.ROOT, "larger than the %d MiB that it should have at most%n", BundleMaker.MOST_BYTES >> 20);
            return 1;
        }
        return 0;
    }

    /** A directory with files of somebody's is left alone. */
    private void refuseOther(Path path) throws IOException {
        if (!Files.exists(path) || Files.exists(path.resolve("runtime.tar.gz"))) {
            return;
        }
        boolean isEmpty = Files.isDirectory(path);
        if (isEmpty) {
            try (Stream<Path> files = Files.list(path)) {
                isEmpty = files.findAny().isEmpty();
            }
        }
        if (!isEmpty) {
            throw new ParameterException(
                    spec.commandLine(), path + " is neither an empty directory nor an earlier bundle.");
        }
    }

    /** Where the launcher has put what goes into the bundle. */
    private Path part(String name) {
        String path = System.getenv("JACOBI_BUNDLE_" + name);
        if (path == null) {
            throw new ParameterException(spec.commandLine(), "A bundle is made from a checkout: ./jacobi bundle DIR.");
        }
        return Path.of(path);
    }
}
