package dev.jacobi.conformance.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Derivatives of functions of libraries. The table gives function, arguments and what is expected: {@code ok} (both modes and finite
 * differences agree, the value has the same bits), {@code kink} (both modes agree, the function has a kink there), or why it is refused.
 */
class LibraryGradientsTest {
    private static final int MIN_OK = 150;
    private static final int MIN_OK_OF_OBJECTS = 30;

    private record Row(String selector, String arguments, String expected) {}

    @Test
    void derivativesOfLibraryFunctionsAreRightOrRefusedForTheReasonInTheTable() throws IOException {
        check("libraries.txt", MIN_OK);
    }

    @Test
    void derivativesOfMethodsOfLibraryObjectsAreRightOrRefusedForTheReasonInTheTable() throws IOException {
        check("objects.txt", MIN_OK_OF_OBJECTS);
    }

    private static void check(String table, int minimum) throws IOException {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        List<String> functions = new ArrayList<>();
        for (Row row : table(table)) {
            String verdict = verdict(row);
            String name = row.selector() + " | " + row.arguments() + " | ";
            expected.add(name + row.expected());
            actual.add(name + verdict);
            if (verdict.equals("ok")) {
                functions.add(row.selector());
            }
        }
        System.out.println(table + ", functions with right derivatives: "
                + functions.stream().distinct().count());
        assertEquals(String.join("\n", expected), String.join("\n", actual));
        assertTrue(functions.stream().distinct().count() >= minimum);
    }

    private static List<Row> table(String table) throws IOException {
        try (InputStream stream = LibraryGradientsTest.class.getResourceAsStream(table)) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\|", -1))
                    .map(parts -> new Row(parts[0].strip(), parts[1].strip(), parts[2].strip()))
                    .toList();
        }
    }

    private static String verdict(Row row) {
        Method method = method(row.selector());
        try {
            Finding finding = new GradientCheck(method, false)
                    .check(ArgumentText.read(row.arguments(), method.getParameterTypes()));
            String verdict = finding.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            return finding.verdict() == Verdict.MISMATCH || finding.verdict() == Verdict.NOT_FINITE
                    ? verdict + ": " + finding.text()
                    : verdict;
        } catch (JacobiException e) {
            return "refused " + e.refusal()
                    + (System.getProperty("jacobi.reasons") == null ? "" : ": " + e.getMessage());
        }
    }

    private static Method method(String selector) {
        String className = selector.substring(0, selector.indexOf("::"));
        String name = selector.substring(selector.indexOf("::") + 2, selector.indexOf('('));
        String types = selector.substring(selector.indexOf('(') + 1, selector.indexOf(')'));
        Class<?>[] parameters = Arrays.stream(types.split(",", -1))
                .map(LibraryGradientsTest::type)
                .toArray(Class<?>[]::new);
        try {
            return Class.forName(className).getMethod(name, parameters);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(selector, e);
        }
    }

    private static Class<?> type(String name) {
        return switch (name) {
            case "double" -> double.class;
            case "double[]" -> double[].class;
            case "int" -> int.class;
            case "long" -> long.class;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
