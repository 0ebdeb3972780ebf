package dev.jacobi.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The list of classes that are loaded ahead, against what derivatives in a fresh JVM do load. With {@code -Djacobi.golden=update} it is written anew.
 *
 * <p>It need not be the same to the class, but a list that time has passed by is of no use.
 */
final class PreloadClassesTest {
    private static final Pattern LOADED = Pattern.compile("\\[class,load *] (\\S+) source: (\\S+)");
    private static final Path LIST = Path.of("src/main/resources/dev/jacobi/compile", PreloadClasses.LIST);

    @Test
    void listHasWhatDerivativesLoad() throws Exception {
        Set<String> loaded = new LinkedHashSet<>();
        // A JVM with one processor loads nothing ahead.
        boolean begun = false;
        for (String line : run(List.of("-XX:ActiveProcessorCount=1", "-Xlog:class+load:stdout:tags"))) {
            Matcher matcher = LOADED.matcher(line);
            if (!matcher.find() || matcher.group(1).contains("/")) {
                continue;
            }
            String name = matcher.group(1);
            begun |= name.equals("dev.jacobi.Jacobi");
            boolean own = name.startsWith("dev.jacobi.")
                    && !name.startsWith(FirstDerivatives.class.getName())
                    && !name.equals(PreloadClasses.class.getName());
            boolean readsClassFiles = matcher.group(2).equals("jrt:/java.base") && name.contains(".classfile.");
            if (begun && (own || readsClassFiles)) {
                loaded.add(name);
            }
        }
        assertTrue(loaded.size() > 400, loaded::toString);
        if ("update".equals(System.getProperty("jacobi.golden"))) {
            Files.createDirectories(LIST.getParent());
            Files.writeString(LIST, String.join("\n", loaded) + "\n");
        }
        List<String> listed = Files.readAllLines(LIST);
        assertEquals(new LinkedHashSet<>(listed).size(), listed.size(), "a class is listed twice");
        Set<String> missing = own(loaded);
        listed.forEach(missing::remove);
        Set<String> superfluous = own(listed);
        superfluous.removeAll(loaded);
        int most = own(loaded).size() / 20;
        assertTrue(
                missing.size() <= most && superfluous.size() <= most,
                () -> "run with -Djacobi.golden=update; missing: " + missing + ", superfluous: " + superfluous);
    }

    @Test
    void everyClassOfTheListIsThere() throws Exception {
        for (String name : listed()) {
            assertEquals(
                    name,
                    Class.forName(name, false, PreloadClasses.class.getClassLoader())
                            .getName());
        }
    }

    @Test
    void classesAreLoadedAheadButNotInitialised() throws Exception {
        List<String> listed = listed();
        String last = listed.getLast();
        List<String> out = run(
                List.of("-XX:ActiveProcessorCount=2", "-Xlog:class+load,class+init=info:stdout:tags"),
                FirstDerivatives.ONLY_FIND);
        assertTrue(
                out.stream().anyMatch(line -> line.contains("[class,load") && line.contains(" " + last + " source:")),
                last);
        // That the log tells of classes that are initialised is certain by one that is.
        assertTrue(isInitialised("dev/jacobi/lift/Lifter", out));
        for (String late : List.of("jvm/CodeEmitter", "autodiff/reverse/ReverseMode", "optimize/Pipeline")) {
            assertTrue(listed.contains("dev.jacobi." + late.replace('/', '.')));
            assertFalse(isInitialised("dev/jacobi/" + late, out), late);
        }
    }

    @Test
    void nothingIsLoadedAheadByOneProcessor() throws Exception {
        List<String> out =
                run(List.of("-XX:ActiveProcessorCount=1", "-Xlog:class+load:stdout:tags"), FirstDerivatives.ONLY_FIND);
        assertTrue(out.stream().anyMatch(line -> line.contains("dev.jacobi.lift.Lifter source:")));
        assertFalse(out.stream().anyMatch(line -> line.contains("dev.jacobi.jvm.CodeEmitter source:")));
    }

    private static boolean isInitialised(String type, List<String> log) {
        return log.stream()
                .anyMatch(line -> line.contains("[class,init") && line.contains("Initializing '" + type + "'"));
    }

    /** The classes of Jacobi that are loaded ahead. */
    static List<String> listed() throws IOException {
        return List.copyOf(own(Files.readAllLines(LIST)));
    }

    private static Set<String> own(Iterable<String> names) {
        Set<String> own = new LinkedHashSet<>();
        for (String name : names) {
            if (name.startsWith("dev.jacobi.")) {
                own.add(name);
            }
        }
        return own;
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> run(List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djacobi.cache.derivatives=false"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                place(PreloadClasses.class) + File.pathSeparator + place(PreloadClassesTest.class),
                FirstDerivatives.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.equals("JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        assertFalse(text.isEmpty());
        return text.lines().toList();
    }
}
