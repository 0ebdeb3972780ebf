package dev.jacobi.conformance.roundtrip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method of large libraries is compiled again, and does what it did. */
class RoundTripTest {
    private static final double MAX_REFUSED = 0.03;
    private static final int MIN_COMPARED = 600;

    private static Map<String, Class<?>> jars() {
        Map<String, Class<?>> jars = new LinkedHashMap<>();
        jars.put("commons-math3", org.apache.commons.math3.util.FastMath.class);
        jars.put("ejml-core", org.ejml.data.DMatrixRMaj.class);
        jars.put("ejml-ddense", org.ejml.dense.row.CommonOps_DDRM.class);
        jars.put("hipparchus-core", org.hipparchus.util.FastMath.class);
        jars.put("kotlin-stdlib", kotlin.Pair.class);
        jars.put("scala-library", scala.Option.class);
        return jars;
    }

    @Test
    void librariesLoadWhenRecompiledAndTheirStaticMethodsDoWhatTheyDid() throws IOException, URISyntaxException {
        int compared = 0;
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, Class<?>> jar : jars().entrySet()) {
            Library library = Library.ofJar(jar.getKey(), jar.getValue());
            Recompilation recompilation = Recompilation.of(library, RoundTripTest.class.getClassLoader());
            judge(recompilation, failures);
            LibraryLoader originals = new LibraryLoader(library.classes());
            LibraryLoader others = new LibraryLoader(recompilation.classes());
            failures.addAll(others.verifyAll(originals));
            StaticMethods.Report report =
                    StaticMethods.compare(List.copyOf(library.classes().keySet()), originals, others);
            System.out.printf(
                    "  static methods: %d compared, %d left out (not deterministic, or slow), %d differ%n",
                    report.compared(), report.leftOut(), report.differences().size());
            compared += report.compared();
            failures.addAll(report.differences());
        }
        System.out.println("static methods compared: " + compared);
        assertEquals(List.of(), failures);
        assertTrue(compared >= MIN_COMPARED, "compared " + compared);
    }

    @Test
    void jvmRunsOnRecompiledCollections(@TempDir Path directory) throws IOException, InterruptedException {
        Library library = Library.ofPlatform(
                "java.util and java.lang.FdLibm",
                path -> path.startsWith("java/util/") || path.startsWith("java/lang/FdLibm"));
        Recompilation recompilation = Recompilation.of(library, null);
        List<String> failures = new ArrayList<>();
        judge(recompilation, failures);
        assertEquals(List.of(), failures);

        Path patch = directory.resolve("patch");
        recompilation
                .classes()
                .forEach((name, bytes) -> write(patch.resolve(name.replace('.', '/') + ".class"), bytes));
        Path names = Files.write(directory.resolve("names"), library.classes().keySet());
        List<String> expected = run(directory, names, "plain", List.of());
        List<String> actual = run(
                directory,
                names,
                "patched",
                List.of(
                        "--patch-module",
                        "java.base=" + patch,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+BytecodeVerificationLocal"));
        System.out.println("  " + expected.getLast() + ", lines compared: " + expected.size());
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            assertEquals(expected.get(i), actual.get(i), "line " + i);
        }
        assertEquals(expected.size(), actual.size());
    }

    private static void judge(Recompilation recompilation, List<String> failures) {
        System.out.println(recompilation.summary());
        failures.addAll(recompilation.refusals().getOrDefault(Refusal.INTERNAL, List.of()));
        if (recompilation.refused() > MAX_REFUSED * recompilation.methods()) {
            failures.add("too many refused: " + recompilation.summary());
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> run(Path directory, Path names, String name, List<String> options)
            throws IOException, InterruptedException {
        Path output = directory.resolve(name + ".out");
        Path console = directory.resolve(name + ".console");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx1g",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                JdkDriver.class.getName(),
                names.toString(),
                output.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String said = Files.readString(console);
        assertEquals(0, process.waitFor(), said.substring(0, Math.min(4000, said.length())));
        return Files.readAllLines(output);
    }
}
