package dev.jacobi.conformance.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/** A group of cases: its static methods with {@link Case} annotations. */
abstract class GroupTest {

    @TestFactory
    Stream<DynamicTest> derivativesAgreeInEveryMode() {
        return Arrays.stream(getClass().getDeclaredMethods())
                .filter(method -> method.getAnnotationsByType(Case.class).length > 0)
                .sorted(Comparator.comparing(Method::getName))
                .flatMap(method -> Arrays.stream(method.getAnnotationsByType(Case.class))
                        .map(point -> DynamicTest.dynamicTest(
                                method.getName() + "(" + point.value() + ")", () -> run(method, point))));
    }

    /** With what all cases are differentiated. */
    protected Options options() {
        return Options.DEFAULT;
    }

    private void run(Method method, Case point) {
        CaseCheck check = new CaseCheck(
                Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes())
                        .with(options()),
                method,
                point);
        if (point.refused().length > 0) {
            check.refusedInEveryMode(point.refused()[0]);
            return;
        }
        try {
            check.run();
        } catch (JacobiException refusal) {
            if (List.of(point.pending()).contains(refusal.refusal())) {
                throw new TestAbortedException("not supported yet: " + refusal.getMessage());
            }
            throw refusal;
        }
        assertEquals(0, point.pending().length, "this is supported now: the case is not pending any more");
    }
}
