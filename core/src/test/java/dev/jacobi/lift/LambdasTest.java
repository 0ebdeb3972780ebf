package dev.jacobi.lift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LambdasTest {
    interface Scalar extends Serializable {
        double at(double x);
    }

    interface Of<P, R> extends Serializable {
        R at(P x);
    }

    private record Line(double slope) {
        double at(double x) {
            return slope * x;
        }
    }

    private static final class Square implements DoubleUnaryOperator {
        private final double factor;

        Square(double factor) {
            this.factor = factor;
        }

        @Override
        public double applyAsDouble(double x) {
            return factor * x * x;
        }
    }

    private static double widened(long n) {
        return n / 2.0;
    }

    private static @Nullable Object call(Object object, Class<?> type, Object... arguments) throws Throwable {
        Function function = Lambdas.target(object, type).function();
        Verifier.verify(function);
        return new Interpreter(MethodHandles.lookup()).call(function, List.of(arguments));
    }

    @Test
    void lambdasBringTheirCapturedValues() throws Throwable {
        double a = 2;
        boolean twice = a > 1;
        char c = 'c';
        String text = "four";
        Scalar lambda = x -> (twice ? 2 : 1) * a * x + text.length() + c;
        assertEquals(lambda.at(3), call(lambda, Scalar.class, 3.0));
        List<@Nullable Object> captured = Lambdas.target(lambda, Scalar.class).captured();
        assertTrue(captured.containsAll(List.of(a, c, text)), captured::toString);
    }

    @Test
    void capturedValuesNeedNotBeSerializable() throws Throwable {
        Line line = new Line(3);
        Scalar lambda = x -> line.at(x) + 1;
        assertEquals(7.0, call(lambda, Scalar.class, 2.0));
    }

    @Test
    void methodReferencesOfAllKindsAreCalled() throws Throwable {
        Line line = new Line(3);
        Scalar bound = line::at;
        Of<String, Integer> unbound = String::length;
        Of<CharSequence, Integer> onInterface = CharSequence::length;
        Scalar toStatic = Math::sin;
        Of<Double, Line> constructor = Line::new;
        Of<Integer, Double> unboxedAndWidened = LambdasTest::widened;
        assertEquals(6.0, call(bound, Scalar.class, 2.0));
        assertEquals(4, call(unbound, Of.class, "four"));
        assertEquals(3, call(onInterface, Of.class, "odd"));
        assertEquals(Math.sin(1), call(toStatic, Scalar.class, 1.0));
        assertEquals(new Line(2.5), call(constructor, Of.class, 2.5));
        assertEquals(3.5, call(unboxedAndWidened, Of.class, 7));
    }

    @Test
    void objectsOfOrdinaryClassesAreReceivers() throws Throwable {
        Square square = new Square(2);
        Lambdas.Target target = Lambdas.target(square, DoubleUnaryOperator.class);
        assertEquals(
                "dev.jacobi.lift.LambdasTest$Square.applyAsDouble(D)D",
                target.method().toString());
        assertEquals(Arrays.asList((Object) square), target.captured());
        assertEquals(18.0, call(square, DoubleUnaryOperator.class, 3.0));
    }

    @Test
    void lambdasThatAreNotSerializableAreRefused() {
        DoubleUnaryOperator lambda = x -> x;
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Lambdas.target(lambda, DoubleUnaryOperator.class));
        assertEquals("""
                cannot look behind a lambda of the interface java.util.function.DoubleUnaryOperator, made in dev.jacobi.lift.LambdasTest
                  why: the JVM shows nobody the code of a lambda, and it is not certain which of the lambdas of its class this is
                  try: pass it directly to Jacobi's own interfaces, cast it with (Serializable & ...), or make it in the code that is differentiated
                  see: docs/guide/refusals.md#not-serializable-lambda""", refused.getMessage());
    }

    @Test
    void proxiesAreRefused() {
        Object proxy = Proxy.newProxyInstance(
                LambdasTest.class.getClassLoader(), new Class<?>[] {Scalar.class}, (_, _, _) -> 1.0);
        JacobiException refused = assertThrows(JacobiException.class, () -> Lambdas.target(proxy, Scalar.class));
        assertEquals("""
                cannot look behind %s, a proxy
                  why: the class loader does not hand out the bytes of this class (hidden classes, proxies and classes defined from memory)
                  try: use a class that comes from a directory or a jar
                  see: docs/guide/refusals.md#no-class-file""".formatted(proxy.getClass().getName()), refused.getMessage());
    }

    @Test
    void interfacesWithSeveralAbstractMethodsAreRefused() {
        JacobiException refused =
                assertThrows(JacobiException.class, () -> Lambdas.target(new ArrayList<>(), List.class));
        assertEquals(
                "java.util.List is not an interface with one abstract method",
                refused.getMessage().lines().findFirst().orElseThrow());
    }
}
