package dev.jacobi.conformance.scala;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import dev.jacobi.conformance.gradient.GradientCheck.Verdict;
import dev.jacobi.conformance.gradient.StaticFunctions;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each public function of the Scala file: value, forward mode, reverse mode and finite differences agree. */
class ScalaFunctionsTest {
    private static List<Method> functions() throws ClassNotFoundException {
        return StaticFunctions.of("dev.jacobi.conformance.scala.Functions");
    }

    @TestFactory
    Stream<DynamicTest> derivativesAreRight() throws ClassNotFoundException {
        return functions().stream()
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    Finding finding = StaticFunctions.check(method);
                    assertEquals(Verdict.OK, finding.verdict(), finding.text());
                }));
    }

    @Test
    void thereAreTwentyFunctionsOrMore() throws ClassNotFoundException {
        assertTrue(functions().size() >= 20);
    }
}
