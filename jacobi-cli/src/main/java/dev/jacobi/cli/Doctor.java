package dev.jacobi.cli;

import dev.jacobi.JacobiException;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.offload.runtime.DeviceRuntime;
import dev.jacobi.offload.runtime.Runtimes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What this machine has of what Jacobi needs, and how to get what is missing. */
@Command(
        name = "doctor",
        description = "Prints what was found on this machine, what is missing and how to get it.",
        mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {
    /** The first line of {@code mvn --version}, which some versions print in bold. */
    private static final Pattern MAVEN_VERSION = Pattern.compile("Apache Maven (\\S+)");

    private static final Pattern ANSI_STYLE = Pattern.compile("\u001B\\[[0-9;]*m");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Optional<String> maven = mavenVersion();
        out.printf("JDK    %s (%s)%n", Runtime.version(), System.getProperty("java.home"));
        out.printf("Maven  %s%n", maven.orElse("not found"));
        out.printf(
                "OS     %s %s, %s%n",
                System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"));
        out.printf("cores  %d%n", Runtime.getRuntime().availableProcessors());
        out.printf("native code  %s%n", nativeCode());
        for (DeviceRuntime runtime : Runtimes.all()) {
            out.printf("offload by %s%n", ListDevices.line(runtime));
        }
        if (maven.isEmpty()) {
            out.println("missing: Maven 3.8 or later, to build Jacobi; put mvn on the PATH or set MAVEN_HOME");
            return 1;
        }
        out.println("ok");
        return 0;
    }

    /** The native backend, or why there is none; none of the commands needs it. */
    private static String nativeCode() {
        try {
            return NativeCompilers.require().description();
        } catch (JacobiException absence) {
            return absence.getMessage().lines().findFirst().orElse("") + " (--backend llvm gets it)";
        }
    }

    /** Asks the Maven that the launcher found, or the one on the path. */
    private static Optional<String> mavenVersion() {
        String found = System.getenv("JACOBI_MVN");
        String command = found == null || found.isEmpty() ? "mvn" : found;
        try {
            Process process = new ProcessBuilder(command, "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
            var match = MAVEN_VERSION.matcher(ANSI_STYLE.matcher(output).replaceAll(""));
            return process.waitFor() == 0 && match.find() ? Optional.of(match.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
