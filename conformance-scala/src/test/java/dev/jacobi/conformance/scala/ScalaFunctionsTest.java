package dev.jacobi.conformance.scala;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.conformance.gradient.GradientCheck;
import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each public function of the Scala file: value, forward mode, reverse mode and finite differences agree. */
class ScalaFunctionsTest {
    /** Of the class that the Scala compiler makes; found by name, since javac runs without it. */
    private static List<Method> functions() throws ClassNotFoundException {
        return Arrays.stream(
                        Class.forName("dev.jacobi.conformance.scala.Functions").getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getReturnType() == double.class)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> derivativesAreRight() throws ClassNotFoundException {
        return functions().stream()
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    Finding finding = new GradientCheck(method, false).check(arguments(method));
                    assertEquals(Verdict.OK, finding.verdict(), finding.text());
                }));
    }

    @Test
    void thereAreTwentyFunctionsOrMore() throws ClassNotFoundException {
        assertTrue(functions().size() >= 20);
    }

    /** Positive numbers, all different; 4 for integers. */
    private static Object[] arguments(Method method) {
        double[] next = {0.35};
        return Arrays.stream(method.getParameterTypes())
                .map(type -> type == double.class
                        ? (Object) (next[0] += 0.17)
                        : type == int.class
                                ? (Object) 4
                                : new double[] {next[0] += 0.11, next[0] += 0.23, next[0] += 0.19})
                .toArray();
    }
}
