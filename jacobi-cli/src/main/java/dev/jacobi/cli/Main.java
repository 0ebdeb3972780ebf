package dev.jacobi.cli;

import dev.jacobi.cli.check.CheckReport;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: picks the command, which is a class of its own. */
@Command(
        name = "jacobi",
        description = "Derivatives of the Java methods you already have, taken from their bytecode.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Check.class,
            Explain.class,
            GradBench.class,
            Bench.class,
            Bundle.class,
            Demo.class,
            ListDevices.class,
            Doctor.class
        },
        footer = {
            "",
            "./jacobi test builds everything and runs every test.",
            "Exit codes: 0 fine, 1 a finding, 2 misuse."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs the command named by {@code args} and leaves with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line with all its commands, writing to the standard streams unless told otherwise. */
    static CommandLine commandLine() {
        CommandLine commandLine =
                new CommandLine(new Main()).setUsageHelpWidth(100).setCaseInsensitiveEnumValuesAllowed(true);
        return commandLine.setParameterExceptionHandler((misuse, arguments) -> {
            CommandLine command = misuse.getCommandLine();
            if (command.getCommandSpec().userObject() instanceof Check
                    && List.of(arguments).contains("--json")) {
                command.getOut().println(CheckReport.misuse(misuse.getMessage()));
                command.getOut().flush();
            }
            command.getErr().println(misuse.getMessage());
            UnmatchedArgumentException.printSuggestions(misuse, command.getErr());
            command.usage(command.getErr());
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command.");
    }

    /** The version of the module, as the build recorded it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var descriptor = Main.class.getModule().getDescriptor();
            String version = descriptor == null
                    ? "(development)"
                    : descriptor.rawVersion().orElse("(development)");
            return new String[] {"jacobi " + version, "JDK " + Runtime.version()};
        }
    }
}
