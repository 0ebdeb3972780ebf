package dev.jacobi.cli.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Another JVM with the same classes as this one. */
final class Fork {
    private Fork() {}

    /** That of this JVM; the folders and jars of its module path too, since most programs have all on the class path. */
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path", "");
        StringJoiner path = new StringJoiner(File.pathSeparator);
        for (String element : modules.isEmpty() ? new String[0] : modules.split(File.pathSeparator)) {
            path.add(element);
            if (Files.isDirectory(Path.of(element))) {
                path.add(element + File.separator + "*");
            }
        }
        String classes = System.getProperty("java.class.path", "");
        return classes.isEmpty() ? path.toString() : path.add(classes).toString();
    }

    /**
     * Runs a main class of this package and returns the lines that it wrote to standard output.
     *
     * @throws IOException if it did not end well
     */
    static List<String> run(List<String> jvmOptions, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("jacobi."))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(jvmOptions);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(main.getSimpleName() + " ended with " + exit + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output.lines().toList();
    }
}
