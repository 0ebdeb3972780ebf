package dev.jacobi.offload.runtime.fork;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/**
 * Runs the methods of a class that are marked {@link InFork} in one other JVM, and gives a test for each. A driver that ends the process fails the tests that were not done, with all that the process said. A method that is
 * aborted by an assumption is skipped with its reason.
 */
public final class ForkedTests {
    private static final String BEGIN = "\u0001begin ";
    private static final String END = "\u0001end ";
    private static final long MOST_MINUTES = 12;

    private final Class<?> tests;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options = new ArrayList<>();

    private ForkedTests(Class<?> tests) {
        this.tests = tests;
    }

    public static ForkedTests of(Class<?> tests) {
        return new ForkedTests(tests);
    }

    public ForkedTests environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** An option of the JVM. */
    public ForkedTests option(String option) {
        options.add(option);
        return this;
    }

    /** The tests, all of which have been run. */
    public Stream<DynamicTest> run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("jacobi-fork");
        try {
            return collect(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private Stream<DynamicTest> collect(Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "-Djacobi.cache=" + folder.resolve("cache")));
        String library = System.getProperty("jacobi.llvm.library");
        if (library != null) {
            command.add("-Djacobi.llvm.library=" + library);
        }
        String device = TestedDevice.named();
        if (device != null) {
            command.add("-D" + TestedDevice.PROPERTY + "=" + device);
        }
        command.addAll(options);
        command.addAll(List.of(ForkedTests.class.getName(), tests.getName()));
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("POCL_CACHE_DIR", folder.resolve("pocl").toString());
        builder.environment().putIfAbsent("POCL_DEVICES", "pthread");
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String output = Files.readString(said, StandardCharsets.UTF_8);
        String fate = ended ? "the process ended with " + process.exitValue() : "the process did not end";

        Map<String, String> results = new LinkedHashMap<>();
        for (String part : output.split(BEGIN, -1)) {
            int line = part.indexOf('\n');
            int end = part.indexOf(END);
            if (line >= 0 && end >= 0) {
                results.put(
                        part.substring(0, line),
                        part.substring(end + END.length()).strip());
            }
        }
        return methods(tests)
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    String result = results.get(method.getName());
                    if (result == null) {
                        throw new AssertionError(fate + " before this was done:\n" + output);
                    }
                    Assumptions.assumeFalse(
                            result.startsWith("skipped"),
                            result.lines().findFirst().orElse(""));
                    if (!result.startsWith("passed")) {
                        throw new AssertionError(result);
                    }
                }));
    }

    private static Stream<Method> methods(Class<?> tests) {
        return Arrays.stream(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(InFork.class))
                .sorted(Comparator.comparing(Method::getName));
    }

    /** What the other JVM runs. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        for (Method method : methods(Class.forName(arguments[0])).toList()) {
            System.out.println(BEGIN + method.getName());
            System.out.println(END + resultOf(method));
        }
        System.exit(0);
    }

    private static String resultOf(Method method) throws IllegalAccessException {
        try {
            method.setAccessible(true);
            method.invoke(null);
            return "passed";
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof TestAbortedException aborted) {
                return "skipped: " + aborted.getMessage();
            }
            StringWriter text = new StringWriter();
            e.getCause().printStackTrace(new PrintWriter(text, true));
            return "failed: " + text;
        }
    }
}
