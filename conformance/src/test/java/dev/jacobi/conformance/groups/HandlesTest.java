package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Calls of method handles that are constants. */
@SuppressWarnings("UnusedMethod") // found by their names
class HandlesTest extends GroupTest {
    private static final String POINT = "[0.7, 0.4, 0.9]";

    private static final MethodHandle SQUARE;
    private static final MethodHandle SCALE;
    private static final MethodHandle VALUE;
    private static final MethodHandle FILL;
    private static final MethodHandle GIVEN = given("square");
    private static final MethodHandle TWICE;
    private static final MethodHandle CUBE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SQUARE = lookup.findStatic(HandlesTest.class, "square", MethodType.methodType(double.class, double.class));
            SCALE = lookup.findVirtual(Scale.class, "by", MethodType.methodType(double.class, double.class, int.class));
            VALUE = lookup.findVirtual(Shape.class, "area", MethodType.methodType(double.class));
            FILL = lookup.findStatic(
                    HandlesTest.class, "fill", MethodType.methodType(void.class, double[].class, double.class));
            CUBE = MethodHandles.insertArguments(
                    lookup.findStatic(
                            HandlesTest.class,
                            "power",
                            MethodType.methodType(double.class, double.class, int.class, String.class)),
                    1,
                    3,
                    "ab");
            TWICE = MethodHandles.filterReturnValue(SQUARE, SQUARE);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static MethodHandle given(String name) {
        try {
            return MethodHandles.lookup()
                    .findStatic(HandlesTest.class, name, MethodType.methodType(double.class, double.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double square(double x) {
        return x * x;
    }

    private static void fill(double[] array, double value) {
        for (int i = 0; i < array.length; i++) {
            array[i] *= value + i;
        }
    }

    private static double power(double x, int n, String text) {
        return Math.pow(x, n) * text.length();
    }

    record Scale(double factor) {
        private double by(double x, int n) {
            return factor * x * n;
        }
    }

    interface Shape {
        double area();
    }

    record Circle(double radius) implements Shape {
        @Override
        public double area() {
            return Math.PI * radius * radius;
        }
    }

    record Rectangle(double a, double b) implements Shape {
        @Override
        public double area() {
            return a * b;
        }
    }

    @Case(POINT)
    static double ofStaticMethods(double[] x) throws Throwable {
        double[] copy = x.clone();
        FILL.invokeExact(copy, (double) SQUARE.invokeExact(x[1]));
        return copy[0] * copy[2] + (double) SQUARE.invokeExact(copy[1]);
    }

    @Case(POINT)
    static double ofVirtualMethods(double[] x) throws Throwable {
        return (double) SCALE.invokeExact(new Scale(x[0]), x[1], 3) * x[2];
    }

    @Case(POINT)
    static double ofInterfaces(double[] x) throws Throwable {
        Shape[] shapes = {new Circle(x[0]), new Rectangle(x[1], x[2]), new Circle(x[1] * x[2])};
        double sum = 0;
        for (Shape shape : shapes) {
            sum += (double) VALUE.invokeExact(shape);
        }
        return sum * sum;
    }

    @Case(POINT)
    static double conversions(double[] x) throws Throwable {
        Object scale = new Scale(x[1]);
        return (double) SQUARE.invoke(2) * x[0] + (double) SCALE.invoke(scale, x[2], 3) + (double) SQUARE.invoke(0.5f);
    }

    @Case(POINT)
    static double madeInTheMethod(double[] x) throws Throwable {
        MethodHandle hypot = MethodHandles.lookup()
                .findStatic(Math.class, "hypot", MethodType.methodType(double.class, double.class, double.class));
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum = (double) hypot.invokeExact(sum, x[i] * x[0]);
        }
        return sum;
    }

    private static double recursive(double x, int n) throws Throwable {
        return n == 0 ? (double) SQUARE.invokeExact(x) : recursive((double) SQUARE.invokeExact(x) * 1.1, n - 1) + x;
    }

    @Case(POINT)
    static double inARecursion(double[] x) throws Throwable {
        return recursive(x[0], 3) * recursive(x[1], 2);
    }

    @Case(POINT)
    static double withConstantsInserted(double[] x) throws Throwable {
        return (double) CUBE.invokeExact(x[0]) * x[1] + (double) CUBE.invokeExact(x[2]);
    }

    @Case(POINT)
    static double withNumbersInserted(double[] x) throws Throwable {
        MethodHandle scale = MethodHandles.insertArguments(SCALE, 1, x[1] * x[2]);
        MethodHandle twice = MethodHandles.insertArguments(scale, 1, 2);
        return (double) scale.invokeExact(new Scale(x[0]), 3) + (double) twice.invokeExact(new Scale(x[2]));
    }

    @Case(POINT)
    static double boundToReceivers(double[] x) throws Throwable {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            MethodHandle bound = SCALE.bindTo(new Scale(x[i]));
            sum = sum * x[0] + (double) bound.invokeExact(x[1], i);
        }
        return sum;
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double givenByAMethod(double[] x) throws Throwable {
        return (double) GIVEN.invokeExact(x[0]);
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double madeOfOthers(double[] x) throws Throwable {
        return (double) TWICE.invokeExact(x[0]);
    }

    @Case(value = POINT, refused = Refusal.UNSUPPORTED_CALL)
    static double boxed(double[] x) throws Throwable {
        return (Double) SQUARE.invoke((Object) x[0]);
    }
}
