package dev.jacobi.optimize.inline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.testing.Transformed;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InlineCallsTest {
    private static Transformed transformed(String method) {
        return Transformed.of(
                MethodHandles.lookup(),
                method,
                (function, check) -> Pipeline.forDifferentiation(InlineCallsTest.class, _ -> false)
                        .run(function, (stage, after, _) -> check.accept(stage, after)));
    }

    private static double apply(DoubleUnaryOperator f, double x) {
        return f.applyAsDouble(x);
    }

    private static <T, R> R generic(Function<? super T, ? extends R> f, T value) {
        return f.apply(value);
    }

    private static double square(double x) {
        return x * x;
    }

    static double staticHelpers(double x) {
        return square(x) + square(square(x) - 1);
    }

    static double capturingLambda(double x) {
        double shift = x / 3;
        return apply(y -> square(y - shift) + shift, x);
    }

    static double staticMethodReference(double x) {
        return apply(InlineCallsTest::square, x) + apply(Math::sin, x) + apply(Math::abs, x);
    }

    static double nestedLambdas(double x) {
        DoubleUnaryOperator twice = y -> apply(z -> z * 2 + y, y);
        return apply(y -> twice.applyAsDouble(y) * x, x + 1);
    }

    static double composed(double x) {
        DoubleUnaryOperator f = y -> y * 2;
        return f.andThen(y -> y + 1)
                .compose(y -> y - 3)
                .andThen(DoubleUnaryOperator.identity())
                .applyAsDouble(x);
    }

    static double genericWithBoxes(double x) {
        Function<Double, Double> f = y -> y * 2;
        double y = f.andThen(z -> z + 1).apply(x);
        return generic(Math::sqrt, y * y) + generic(z -> z, 3.5);
    }

    static double boxesThatMeet(double x) {
        Double best = x;
        for (int round = 0; round < 4; round++) {
            Double next = best * 0.5 + round;
            best = next > best ? next : best;
        }
        return best;
    }

    static double widening(double x) {
        IntToDoubleFunction f = i -> i;
        BiFunction<Integer, Double, Double> g = (i, d) -> i * d;
        ToDoubleFunction<Integer> h = Integer::doubleValue;
        Function<Object, Object> id = o -> o;
        return f.applyAsDouble((int) x) + g.apply((int) x, x) + h.applyAsDouble((int) x) + (Double) id.apply(x);
    }

    static double operators(double x) {
        BinaryOperator<Double> add = Double::sum;
        UnaryOperator<Double> negate = y -> -y;
        DoubleBinaryOperator max = Math::max;
        DoubleSupplier supplier = () -> x;
        Supplier<Double> boxed = () -> x;
        return add.apply(x, negate.apply(2.0)) + max.applyAsDouble(x, 1) + supplier.getAsDouble() + boxed.get();
    }

    interface Shape {
        double area();

        default double scaled(double by) {
            return area() * by + offset();
        }

        private double offset() {
            return 0.25;
        }
    }

    record Circle(double radius) implements Shape {
        @Override
        public double area() {
            return Math.PI * radius * radius;
        }

        Circle grown(double by) {
            return new Circle(radius + by);
        }
    }

    static class Box {
        protected double width;

        Box(double width) {
            this.width = width;
        }

        double volume() {
            return width * width * width;
        }
    }

    static final class Crate extends Box {
        private final double extra;

        Crate(double width, double extra) {
            super(width + 1);
            this.extra = extra;
        }

        @Override
        double volume() {
            return super.volume() + extra;
        }
    }

    static double functionalShape(double x) {
        Shape shape = () -> x * x;
        return shape.scaled(2);
    }

    static int caughtInCaller(int[] values, int index) {
        try {
            return element(values, index) + element(values, index + 1) / element(values, 0);
        } catch (ArrayIndexOutOfBoundsException _) {
            return -1;
        } catch (ArithmeticException _) {
            return -2;
        } finally {
            values[1]++;
        }
    }

    private static int element(int[] values, int index) {
        return values[index];
    }

    static int caughtInCallee(int[] values, int index) {
        try {
            return guarded(values, index);
        } catch (RuntimeException unexpected) {
            return unexpected.getMessage().length();
        }
    }

    private static int guarded(int[] values, int index) {
        try {
            if (index == 7) {
                throw new IllegalStateException("seven");
            }
            return values[index];
        } catch (ArrayIndexOutOfBoundsException _) {
            return -1;
        }
    }

    private static byte narrow(int value) {
        return (byte) value;
    }

    private static boolean odd(int value) {
        return (value & 1) != 0;
    }

    static int narrowResults(int value) {
        return narrow(value) + (odd(value) ? 1000 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "staticHelpers",
                "capturingLambda",
                "staticMethodReference",
                "nestedLambdas",
                "composed",
                "genericWithBoxes",
                "boxesThatMeet",
                "widening",
                "operators",
                "functionalShape"
            })
    void numbersThroughCallsAndLambdasNeedNoCall(String method) {
        Transformed transformed = transformed(method).hasNoCalls();
        for (double x : new double[] {-7.5, -0.0, 0, 0.1, 3, 1e300, Double.NaN, Double.POSITIVE_INFINITY}) {
            transformed.agreesOn(x);
        }
    }

    @Test
    void exceptionOfInlinedCodeGoesToTheHandlerOfTheCaller() {
        Transformed transformed = transformed("caughtInCaller").hasNoCalls();
        for (int index = -1; index < 4; index++) {
            transformed.agreesOn(new int[] {0, 4, 5}, index).agreesOn(new int[] {2, 4, 5}, index);
        }
    }

    @Test
    void handlersOfTheCalleeComeFirst() {
        Transformed transformed = transformed("caughtInCallee");
        assertTrue(transformed.all(OpCode.INVOKE_STATIC).isEmpty());
        transformed.agreesOn(new int[] {3}, 0).agreesOn(new int[] {3}, 1).agreesOn(new int[] {3}, 7);
    }

    @Test
    void narrowResultsStayNarrow() {
        transformed("narrowResults").hasNoCalls().agreesOn(300).agreesOn(-129).agreesOn(5);
    }

    static double objects(double x) {
        Circle circle = new Circle(x).grown(1);
        Box box = new Crate(x, 2);
        return circle.scaled(0.5) + circle.area() + box.volume();
    }

    @Test
    void methodsOfNewObjectsAreFollowed() {
        Transformed transformed = transformed("objects");
        assertTrue(transformed.all(OpCode.INVOKE_VIRTUAL).isEmpty());
        transformed.agreesOn(2.5).agreesOn(-1.0);
    }

    static Object escapingObject(double x) {
        Circle circle = new Circle(x);
        return x > 0 ? circle.grown(circle.area()) : List.of(circle);
    }

    @Test
    void objectThatEscapesKeepsItsConstructor() {
        Transformed transformed = transformed("escapingObject");
        for (Instruction allocation : transformed.all(OpCode.NEW)) {
            assertTrue(
                    transformed.all(OpCode.INVOKE_SPECIAL).stream()
                            .anyMatch(call -> call.operand(0) == allocation.value()
                                    && call.method().owner().equals(allocation.classAttribute())),
                    () -> Printer.print(transformed.function()));
        }
        transformed.agreesOn(2.0).agreesOn(-2.0);
    }

    static double receiver(Crate crate) {
        return crate.volume();
    }

    static double nullReceiver(boolean absent) {
        return receiver(absent ? null : new Crate(1, 2));
    }

    @Test
    void nullReceiverIsStillRefused() {
        transformed("nullReceiver").agreesOn(true).agreesOn(false);
    }

    static long factorial(int n) {
        return n <= 1 ? 1 : n * factorial(n - 1);
    }

    static long throughFactorial(int n) {
        return factorial(n) + 1;
    }

    @Test
    void recursionStaysACall() {
        Transformed transformed = transformed("throughFactorial");
        assertEquals(1, transformed.all(OpCode.INVOKE_STATIC).size());
        transformed.agreesOn(5);
    }

    static double unknownReceiver(DoubleUnaryOperator f, double x) {
        return f.applyAsDouble(x);
    }

    @Test
    void callOfAnUnknownObjectStays() {
        assertEquals(
                1, transformed("unknownReceiver").all(OpCode.INVOKE_INTERFACE).size());
    }

    static final List<String> INITIALIZED = new ArrayList<>();

    static final class WithField {
        static int count = record("WithField");

        static int next() {
            return count + 1;
        }
    }

    static final class WithoutField {
        static {
            record("WithoutField");
        }

        static int two() {
            return 2;
        }
    }

    static final class Harmless {
        static final double[] TABLE = {1, 2, 3};

        static double third() {
            return TABLE[2];
        }
    }

    private static int record(String name) {
        INITIALIZED.add(name);
        return INITIALIZED.size();
    }

    static int initializing() {
        INITIALIZED.add("before");
        int two = WithoutField.two();
        INITIALIZED.add("between");
        return two + WithField.next();
    }

    @Test
    void classesAreInitialisedWhereTheCallsWere() throws Throwable {
        Transformed transformed = transformed("initializing");
        assertTrue(transformed.all(OpCode.INVOKE_STATIC).isEmpty(), () -> Printer.print(transformed.function()));
        INITIALIZED.clear();
        Object result = new Interpreter(MethodHandles.lookup()).call(transformed.function(), List.of());
        assertEquals(List.of("before", "WithoutField", "between", "WithField"), INITIALIZED);
        assertEquals(2 + 5, result);
    }

    static int initializingTwice(int rounds) {
        int sum = WithoutField.two();
        for (int round = 0; round < rounds; round++) {
            sum += WithoutField.two() + WithField.next();
        }
        return sum + WithField.next();
    }

    @Test
    void onlyTheFirstUseOnEachWayInitialisesAClass() {
        Transformed transformed = transformed("initializingTwice");
        assertEquals(1, transformed.all(OpCode.INVOKE_INTERFACE).size());
        assertEquals(2, transformed.all(OpCode.GET_STATIC).size(), () -> Printer.print(transformed.function()));
    }

    sealed interface Figure {}

    record Disc(double radius) implements Figure {}

    record Frame(double width, double height) implements Figure {}

    static double patterns(Object[] figures) {
        return switch (figures[0]) {
            case null -> 1;
            case Disc(double radius) when radius > 2 -> radius;
            case Disc disc -> -disc.radius();
            case Frame(double width, double height) -> width * height;
            default -> 4;
        };
    }

    @Test
    void switchOverPatternsIsTestsOfTheClass() {
        Transformed transformed = transformed("patterns");
        assertTrue(transformed.all(OpCode.INVOKE_DYNAMIC).isEmpty());
        transformed
                .agreesOn((Object) new Object[] {new Disc(3)})
                .agreesOn((Object) new Object[] {new Disc(1)})
                .agreesOn((Object) new Object[] {new Frame(3, 5)})
                .agreesOn((Object) new Object[] {"text"})
                .agreesOn((Object) new Object[] {null});
    }

    static double harmless() {
        return Harmless.third();
    }

    @Test
    void initialiserThatOnlyFillsTablesNeedsNoTrigger() {
        Transformed transformed = transformed("harmless").hasNoCalls().agreesOn();
        assertEquals(1, transformed.all(OpCode.GET_STATIC).size());
    }

    static synchronized double guardedBySelf(double x) {
        return x;
    }

    static double callsSynchronized(double x) {
        return guardedBySelf(x) + 1;
    }

    @Test
    void synchronizedMethodStaysACall() {
        assertEquals(
                1, transformed("callsSynchronized").all(OpCode.INVOKE_STATIC).size());
    }

    @Test
    void inlinedInstructionsTellWhereTheyWereInlined() {
        Transformed transformed = transformed("staticHelpers");
        Instruction product = transformed.all(OpCode.MUL).getFirst();
        assertTrue(String.valueOf(product.position()).matches(".*\\.square:\\d+ < .*\\.staticHelpers:\\d+"));
    }

    @Test
    void recompilationLeavesLargeMethodsAlone() {
        Transformed small = Transformed.of(
                MethodHandles.lookup(),
                "staticHelpers",
                (function, _) -> Pipeline.recompile(InlineCallsTest.class).run(function));
        small.hasNoCalls().agreesOn(1.5);
        Transformed objects = Transformed.of(
                MethodHandles.lookup(),
                "objects",
                (function, _) -> Pipeline.recompile(InlineCallsTest.class).run(function));
        assertFalse(objects.all(OpCode.INVOKE_SPECIAL).isEmpty());
        objects.agreesOn(1.5);
    }
}
