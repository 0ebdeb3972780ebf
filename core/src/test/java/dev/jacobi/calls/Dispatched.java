package dev.jacobi.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Calls whose receivers' classes are known only when they run, plain Java. */
final class Dispatched {
    private Dispatched() {}

    /** Scales, with numbers of its own. */
    interface Shape {
        double area(double scale);

        default double twice(double scale) {
            return 2 * area(scale);
        }
    }

    record Circle(double radius) implements Shape {
        @Override
        public double area(double scale) {
            return Math.PI * radius * radius * scale * scale;
        }
    }

    record Box(double width, double[] heights) implements Shape {
        @Override
        public double area(double scale) {
            double sum = 0;
            for (double height : heights) {
                sum += width * height * scale;
            }
            heights[0] *= scale;
            return sum;
        }

        @Override
        public double twice(double scale) {
            return area(scale) + area(scale * 1.1);
        }
    }

    record Both(Shape one, Shape other) implements Shape {
        @Override
        public double area(double scale) {
            return one.area(scale) * other.area(Math.sin(scale));
        }
    }

    static final class Reflected implements Shape {
        @Override
        public native double area(double scale);
    }

    /** An unknown receiver without numbers of its own. */
    static class Base {
        double power(double x, int n) {
            return n == 0 ? 1 : x * power(x, n - 1);
        }
    }

    static final class Shifted extends Base {
        @Override
        double power(double x, int n) {
            return super.power(x + 0.1, n) + x;
        }
    }

    static double ofShape(Shape shape, double scale) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += shape.area(scale * (i + 1)) * Math.cos(scale);
        }
        return sum + shape.twice(scale);
    }

    static double ofBase(Base base, double x) {
        return base.power(x, 4) * x;
    }

    static double ofFunction(DoubleUnaryOperator function, double x) {
        return function.applyAsDouble(x * x) + function.applyAsDouble(function.applyAsDouble(x));
    }

    static double ofOperator(DoubleBinaryOperator operator, double x, double y) {
        return operator.applyAsDouble(operator.applyAsDouble(x, y), x);
    }

    /** Which class comes depends on the numbers. */
    static double mixed(double[] x) {
        Shape[] shapes = new Shape[x.length];
        for (int i = 0; i < x.length; i++) {
            shapes[i] = x[i] > 0.6 ? new Circle(x[i]) : new Box(x[i], new double[] {x[0], 2 * x[i]});
        }
        Shape last = shapes[0];
        for (Shape shape : shapes) {
            last = new Both(last, shape);
        }
        return last.area(x[x.length - 1]) + last.twice(0.5);
    }

    /** Holds no numbers, but counts. */
    static final class Counting implements Shape {
        int calls;

        @Override
        public double area(double scale) {
            calls++;
            return Math.sin(scale) * calls;
        }
    }

    /** The list's objects have shadows, also those of the class without numbers. */
    static double withAndWithoutNumbers(double[] x) {
        Counting counting = new Counting();
        List<Shape> shapes = new ArrayList<>();
        for (double element : x) {
            shapes.add(new Circle(element));
            shapes.add(counting);
        }
        double product = 1;
        for (Shape shape : shapes) {
            product = shape.area(product * x[0]) + x[0];
        }
        return product;
    }

    static double caught(Shape shape, double scale) {
        try {
            return shape.area(scale);
        } catch (RuntimeException e) {
            return scale;
        }
    }
}
