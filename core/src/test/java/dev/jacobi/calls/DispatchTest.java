package dev.jacobi.calls;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.FiniteDifferences;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Calls by the class of the receiver, which is known only when they run. */
class DispatchTest {
    interface OfShape {
        double[] apply(Dispatched.Shape shape, double scale, double seed);
    }

    private static void check(String method, Object... arguments) throws Throwable {
        new CallCheck(Dispatched.class, method).run(arguments);
    }

    @Test
    void classesWithoutNumbersOfTheirOwn() throws Throwable {
        check("ofBase", new Dispatched.Base(), 0.7);
        check("ofBase", new Dispatched.Shifted(), 0.7);
    }

    @Test
    void objectsWithoutNumbersAmongOthers() throws Throwable {
        check("withAndWithoutNumbers", (Object) new double[] {0.4, 0.9, 0.7});
    }

    @Test
    void functionsOfTheUsersClasses() throws Throwable {
        check("ofFunction", new Squares(), 0.7);
        check("ofOperator", new Products(), 0.7, 1.2);
    }

    /** A class that implements an interface of the JDK. */
    static final class Squares implements java.util.function.DoubleUnaryOperator {
        @Override
        public double applyAsDouble(double x) {
            return x * x + Math.exp(x);
        }
    }

    /** Another one. */
    static final class Products implements java.util.function.DoubleBinaryOperator {
        @Override
        public double applyAsDouble(double x, double y) {
            return x * Math.sin(y) + y;
        }
    }

    @Test
    void objectsThatCarryDerivatives() throws Throwable {
        Random random = new Random(3);
        for (int length : new int[] {1, 2, 4}) {
            check("mixed", (Object) random.doubles(length, 0.2, 1.1).toArray());
        }
    }

    @Test
    void oneDerivativeServesAllClasses() {
        OfShape derivative =
                Jacobi.of(Dispatched.class, "ofShape").reverse(CONST, ACTIVE).as(OfShape.class);
        Dispatched.Shape circle = new Dispatched.Circle(2);
        for (Dispatched.Shape shape : new Dispatched.Shape[] {
            circle, new Dispatched.Both(circle, circle), circle, new Dispatched.Both(circle, new Dispatched.Circle(3))
        }) {
            double expected = FiniteDifferences.derivative(scale -> Dispatched.ofShape(shape, scale), 0.8, 1e-3);
            assertEquals(expected, derivative.apply(shape, 0.8, 1)[1], 1e-8 * Math.abs(expected));
        }
    }

    /** Lambdas of one interface that must not be called to find out which is which. */
    private static final class Counting {
        private static int calls;

        static Dispatched.Shape identity() {
            return scale -> {
                calls++;
                return scale;
            };
        }

        static Dispatched.Shape square() {
            return scale -> {
                calls += 2;
                return scale * scale;
            };
        }
    }

    @Test
    void lambdasThatCannotBeToldApartAreRefusedWithoutBeingCalled() {
        OfShape derivative =
                Jacobi.of(Dispatched.class, "ofShape").reverse(CONST, ACTIVE).as(OfShape.class);
        for (Dispatched.Shape shape : new Dispatched.Shape[] {Counting.identity(), Counting.square()}) {
            JacobiException refusal = assertThrows(JacobiException.class, () -> derivative.apply(shape, 0.8, 1));
            assertEquals(Refusal.NOT_SERIALIZABLE_LAMBDA, refusal.refusal());
            assertTrue(refusal.getMessage().contains("lambda"), refusal.getMessage());
        }
        assertEquals(0, Counting.calls);
    }

    @Test
    void whatCannotBeFollowedIsRefusedAtTheCall() {
        OfShape derivative =
                Jacobi.of(Dispatched.class, "ofShape").reverse(CONST, ACTIVE).as(OfShape.class);
        JacobiException ofNative =
                assertThrows(JacobiException.class, () -> derivative.apply(new Dispatched.Reflected(), 0.8, 1));
        assertEquals(Refusal.UNSUPPORTED_CALL, ofNative.refusal());
        assertTrue(ofNative.getMessage().contains("Dispatched$Reflected: it has no code"), ofNative.getMessage());
        assertTrue(ofNative.where().orElse("").contains("Dispatched.ofShape:"), ofNative.getMessage());
        JacobiException ofLambda =
                assertThrows(JacobiException.class, () -> derivative.apply(Counting.identity(), 0.8, 1));
        assertTrue(ofLambda.getMessage().contains("lambda"), ofLambda.getMessage());
        JacobiException ofMemory = assertThrows(
                JacobiException.class, () -> derivative.apply(new Dispatched.Box(1, new double[] {1}), 0.8, 1));
        assertEquals(Refusal.ACTIVE_TO_CONSTANT_MEMORY, ofMemory.refusal());
        assertThrows(NullPointerException.class, () -> derivative.apply(null, 0.8, 1));
    }

    @Test
    void refusalsAreNotCaughtByTheMethod() {
        OfShape derivative =
                Jacobi.of(Dispatched.class, "caught").reverse(CONST, ACTIVE).as(OfShape.class);
        double[] result = derivative.apply(new Dispatched.Circle(2), 0.8, 1);
        double expected =
                FiniteDifferences.derivative(scale -> Dispatched.caught(new Dispatched.Circle(2), scale), 0.8, 1e-3);
        assertEquals(expected, result[1], 1e-8 * Math.abs(expected));
        JacobiException ofLambda =
                assertThrows(JacobiException.class, () -> derivative.apply(Counting.identity(), 0.8, 1));
        assertEquals(Refusal.NOT_SERIALIZABLE_LAMBDA, ofLambda.refusal());
        double[] ofNull = derivative.apply(null, 0.8, 1);
        assertEquals(0.8, ofNull[0]);
        assertEquals(1, ofNull[1]);
    }
}
