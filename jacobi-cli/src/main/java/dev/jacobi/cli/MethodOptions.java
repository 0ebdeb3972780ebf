package dev.jacobi.cli;

import dev.jacobi.Jacobi;
import dev.jacobi.Primal;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Which method a command is about, and where its class comes from. */
final class MethodOptions {
    @Parameters(
            paramLabel = "METHOD",
            description = {
                "A static method: 'pkg.Class::method', with parameter types if it is",
                "overloaded: 'pkg.Class::method(double[],int)'."
            })
    private String selector = "";

    @Option(
            names = {"--classpath", "-cp"},
            paramLabel = "CP",
            description = {
                "Directories and jars, separated as on the Java command line.",
                "Without it, the JDK and Jacobi's own examples are there."
            })
    private @Nullable String classPath;

    /** Finds the method. Misuse of the options is reported for {@code spec}; what Jacobi refuses is a JacobiException. */
    Primal primal(CommandSpec spec) {
        return Jacobi.find(loader(spec), selector);
    }

    private ClassLoader loader(CommandSpec spec) {
        if (classPath == null) {
            return MethodOptions.class.getClassLoader();
        }
        List<URL> urls = new ArrayList<>();
        for (String element : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            if (!Files.exists(path)) {
                throw new ParameterException(spec.commandLine(), "There is no " + path + " (--classpath).");
            }
            try {
                urls.add(path.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new ParameterException(spec.commandLine(), "Cannot use " + path + " (--classpath).", e);
            }
        }
        // Open for as long as the command runs: classes are loaded, and their bytes read, at any time.
        return new URLClassLoader(urls.toArray(URL[]::new), MethodOptions.class.getClassLoader());
    }
}
