package dev.jacobi.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with the same classes as this one. */
final class Fork {
    private Fork() {}

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
        Module module = main.getModule();
        if (module.isNamed()) {
            command.addAll(List.of(
                    "--enable-native-access=dev.jacobi.llvm",
                    "-p",
                    System.getProperty("jdk.module.path"),
                    "-m",
                    module.getName() + "/" + main.getName()));
        } else {
            command.addAll(List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()));
        }
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
