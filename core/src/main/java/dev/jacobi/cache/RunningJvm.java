package dev.jacobi.cache;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM is: its version, its classes, and those of its options that change classes or who may use them. Known where the command line can be read, which is on Linux; options in
 * files ({@code @argfiles}) are not seen there, so such a JVM is not known, and neither are those that are not started by {@code java}.
 */
final class RunningJvm {
    private static final String[] VARIABLES = {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"};
    private static final File COMMAND_LINE = new File("/proc/self/cmdline");

    private RunningJvm() {}

    /** A text that is another one for another JVM, or null if it is not known what this one is. */
    static @Nullable String description() {
        File image = new File(System.getProperty("java.home"), "lib/modules");
        String options = options();
        if (options == null || !image.isFile()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (String property :
                new String[] {"java.home", "java.runtime.version", "java.vm.version", "java.vm.vendor", "os.arch"}) {
            text.append(System.getProperty(property)).append('\n');
        }
        return text.append(image.length())
                .append(' ')
                .append(image.lastModified())
                .append('\n')
                .append(options)
                .toString();
    }

    private static @Nullable String options() {
        StringBuilder options = new StringBuilder();
        for (String variable : VARIABLES) {
            String value = System.getenv(variable);
            if (value != null) {
                for (String option : value.strip().split("\\s+", -1)) {
                    if (!add(option, options)) {
                        return null;
                    }
                }
            }
        }
        String[] commandLine;
        try (FileInputStream in = new FileInputStream(COMMAND_LINE)) {
            commandLine = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\0");
        } catch (IOException _) {
            return null;
        }
        if (!new File(commandLine[0]).getName().equals("java")) {
            return null;
        }
        for (int i = 1; i < commandLine.length; i++) {
            String argument = commandLine[i];
            if (!argument.startsWith("-") && !argument.startsWith("@")) {
                // The value of an option that stands by itself, or the main class: what follows are the program's own
                // arguments.
                if (!takesValue(commandLine[i - 1])) {
                    break;
                }
                options.append(argument).append('\n');
            } else if (!add(argument, options)) {
                return null;
            }
        }
        return options.toString();
    }

    private static boolean takesValue(String option) {
        return option.startsWith("--") && option.indexOf('=') < 0
                || option.equals("-cp")
                || option.equals("-classpath")
                || option.equals("-p");
    }

    /** Notes an option that matters; false if classes may not be what their files say, or nobody knows. */
    private static boolean add(String option, StringBuilder options) {
        if (option.startsWith("@")
                || option.startsWith("-javaagent")
                || option.startsWith("-agent")
                || option.startsWith("-Xbootclasspath")
                || option.startsWith("--patch-module")
                || option.startsWith("-XX:Flags")
                || option.startsWith("-XX:VMOptionsFile")) {
            return false;
        }
        if (option.startsWith("--")) {
            options.append(option).append('\n');
        }
        return true;
    }
}
