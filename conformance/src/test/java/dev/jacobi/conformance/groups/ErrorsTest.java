package dev.jacobi.conformance.groups;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;
import static dev.jacobi.Activity.DUPLICATED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Activity;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Misuse and what cannot be differentiated: refused with the first line of the message as it is here, and with the source line. */
class ErrorsTest extends GroupTest {
    private static final String HERE = ErrorsTest.class.getName();

    static double square(double x) {
        return x * x;
    }

    static double weighted(double[] w, int n, String text) {
        return w[0] * n;
    }

    static int integer(double x) {
        return (int) x;
    }

    private interface Call {
        Object run();
    }

    private static void refused(Refusal reason, String firstLine, Call call) {
        JacobiException refusal = assertThrows(JacobiException.class, call::run);
        assertEquals(reason, refusal.refusal(), refusal.getMessage());
        assertEquals(firstLine, refusal.getMessage().lines().findFirst().orElseThrow());
        assertTrue(refusal.getMessage().contains(reason.page()));
    }

    private static Call forward(String method, Activity... activities) {
        return () -> Jacobi.of(ErrorsTest.class, method).forward(activities).asMethodHandle();
    }

    private static Call reverse(String method, Activity... activities) {
        return () -> Jacobi.of(ErrorsTest.class, method).reverse(activities).asMethodHandle();
    }

    @Test
    void tooFewActivities() {
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE
                        + ".weighted(double[], int, java.lang.String): it has 3 parameters, but 1 activity",
                reverse("weighted", DUPLICATED));
    }

    @Test
    void tooManyActivities() {
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE + ".square(double): it has 1 parameter, but 2 activities",
                forward("square", DUAL, DUAL));
    }

    @Test
    void activityOfTheOtherMode() {
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE
                        + ".square(double): parameter 0 of type double cannot be ACTIVE in forward mode, only CONST or DUAL or"
                        + " DUAL_ONLY",
                forward("square", ACTIVE));
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE
                        + ".square(double): parameter 0 of type double cannot be DUAL in reverse mode, only CONST or ACTIVE",
                reverse("square", DUAL));
    }

    @Test
    void activityThatDoesNotFitTheType() {
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE
                        + ".square(double): parameter 0 of type double cannot be DUPLICATED in reverse mode, only CONST or ACTIVE",
                reverse("square", DUPLICATED));
    }

    @Test
    void activeInteger() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> reverse("weighted", DUPLICATED, ACTIVE, CONST).run());
        assertEquals(Refusal.WRONG_ACTIVITIES, refusal.refusal());
        assertTrue(refusal.getMessage().contains("parameter 1 of type int cannot be ACTIVE"), refusal.getMessage());
    }

    @Test
    void nothingActive() {
        refused(
                Refusal.WRONG_ACTIVITIES,
                "cannot differentiate " + HERE
                        + ".square(double): every parameter is CONST, so there is nothing to differentiate by",
                reverse("square", CONST));
    }

    @Test
    void resultWithoutDerivative() {
        refused(
                Refusal.NOT_DIFFERENTIABLE_RESULT,
                "cannot differentiate " + HERE + ".integer(double): its result is of type int",
                forward("integer", DUAL));
    }

    @Test
    void unknownMethod() {
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> Jacobi.of(ErrorsTest.class, "noSuchMethod"));
        assertEquals(Refusal.UNKNOWN_METHOD, refusal.refusal());
        assertTrue(refusal.getMessage().contains("noSuchMethod"), refusal.getMessage());
    }

    static double overloaded(double x) {
        return x;
    }

    static double overloaded(double x, double y) {
        return x * y;
    }

    @Test
    void overloadsWithoutTypes() {
        JacobiException refusal = assertThrows(JacobiException.class, () -> Jacobi.of(ErrorsTest.class, "overloaded"));
        assertEquals(Refusal.AMBIGUOUS_METHOD, refusal.refusal());
    }

    /** Not the signature of any derivative of {@link #square}. */
    interface WrongShape {
        double apply(double x, String seed);
    }

    @Test
    void interfaceOfAnotherShape() {
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.of(ErrorsTest.class, "square").reverse(ACTIVE).as(WrongShape.class));
        assertEquals(Refusal.WRONG_SIGNATURE, refusal.refusal());
    }

    @Test
    void lambdaThatIsNotSerializableAndNotKnownFromItsClass() {
        DoubleUnaryOperator plain = DoubleUnaryOperator.identity();
        JacobiException refusal = assertThrows(
                JacobiException.class,
                () -> Jacobi.derivative(plain::applyAsDouble).applyAsDouble(1));
        assertTrue(
                refusal.refusal() == Refusal.NOT_SERIALIZABLE_LAMBDA || refusal.refusal() == Refusal.UNSUPPORTED_CALL,
                refusal.getMessage());
    }

    @Test
    void lambdaThatIsNotSerializableButTheOnlyOneOfItsClass() {
        DoubleUnaryOperator plain = x -> x * x;
        assertEquals(6, Jacobi.derivative(plain::applyAsDouble).applyAsDouble(3));
    }

    static double sum(double[] x) {
        double sum = 0;
        for (double element : x) {
            sum += element * element;
        }
        return sum;
    }

    @Test
    void shadowOfAnotherLengthIsRefusedBeforeAnythingIsWritten() {
        Gradient<double[]> gradient = Jacobi.gradient(ErrorsTest::sum);
        double[] shadow = {7, 8};
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> gradient.into(new double[] {1, 2, 3}, shadow));
        assertEquals(Refusal.WRONG_SHADOW, refusal.refusal());
        assertArrayEquals(new double[] {7, 8}, shadow);
    }

    @Test
    void shadowThatIsThePrimal() {
        Gradient<double[]> gradient = Jacobi.gradient(ErrorsTest::sum);
        double[] x = {1, 2, 3};
        JacobiException refusal = assertThrows(JacobiException.class, () -> gradient.into(x, x));
        assertEquals(Refusal.WRONG_SHADOW, refusal.refusal());
        assertArrayEquals(new double[] {1, 2, 3}, x);
    }

    static double inner(double x) {
        double y = x * x;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(y) ^ 1); // the line that the next test looks for
    }

    static double outer(double x) {
        return 3 + inner(x + 1);
    }

    @Test
    void messageNamesTheLinesFromTheInnermostOutwards() {
        JacobiException refusal =
                assertThrows(JacobiException.class, () -> forward("outer", DUAL).run());
        String where = refusal.where().orElseThrow();
        assertTrue(where.matches(".*ErrorsTest\\.inner:\\d+ < .*ErrorsTest\\.outer:\\d+"), where);
    }

    @Case(value = "1.3", refused = Refusal.NATIVE_METHOD)
    static double nativeMethod(double x) {
        return x * Float.intBitsToFloat(StrictMathLike.nativeBits(x));
    }

    /** Has a native method; it is never called. */
    static final class StrictMathLike {
        private StrictMathLike() {}

        static native int nativeBits(double x);
    }

    static double printing(double x) {
        System.out.println("printed once");
        return x * x;
    }

    @Test
    void outputOfConstantsHappensOnce() {
        DoubleUnaryOperator derivative = Jacobi.derivative(ErrorsTest::printing);
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertEquals(3, derivative.applyAsDouble(1.5));
        } finally {
            System.setOut(out);
        }
        assertEquals("printed once" + System.lineSeparator(), printed.toString(StandardCharsets.UTF_8));
    }
}
