package dev.jacobi.benchmarks;

import dev.jacobi.Activity;
import dev.jacobi.ArrayFunction;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.Jacobian;
import dev.jacobi.Primal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * The time of Jacobians of functions with fewer results than inputs, or about as many: {@link Jacobi#jacobian}, and by hand all columns in forward mode, up to twenty at once, rows in reverse mode, and four rows at
 * once. What counts is the fastest run. The only argument is how many seconds each takes.
 */
public final class JacobianRowsSpeed {
    private static final int MOST_COLUMNS = 20;

    private final double seconds;

    private JacobianRowsSpeed(double seconds) {
        this.seconds = seconds;
    }

    /** Much that all results share. */
    static double[] sums(double[] x, int results) {
        double[] terms = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            terms[i] = Math.exp(-x[i] * x[i]) * Math.sin(x[i]);
        }
        double[] y = new double[results];
        for (int k = 0; k < results; k++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += terms[i] * (k + 1) / (i + k + 1);
            }
            y[k] = Math.tanh(sum);
        }
        return y;
    }

    /** Little work for each number. */
    static double[] neighbours(double[] x, int results) {
        double[] y = new double[results];
        for (int i = 0; i + 1 < x.length; i++) {
            double product = x[i] * x[i + 1];
            double difference = x[i] - x[i + 1];
            y[i % results] += product * difference * difference + Math.sqrt(1 + product * product);
        }
        return y;
    }

    /** A chain of small layers. */
    static double[] layers(double[] x, int results) {
        double[] y = new double[results];
        for (int layer = 0; layer + results <= x.length; layer += results) {
            double[] next = new double[results];
            for (int k = 0; k < results; k++) {
                next[k] = Math.tanh(x[layer + k] * y[(k + 1) % results] + x[layer + (k + 2) % results]);
            }
            y = next;
        }
        return y;
    }

    public static void main(String[] arguments) throws Throwable {
        JacobianRowsSpeed speed = new JacobianRowsSpeed(arguments.length == 0 ? 1 : Double.parseDouble(arguments[0]));
        System.out.println("| µs | inputs | results | jacobian | / best | columns | rows | 4 rows at once |");
        int[][] shapes = {
            {12, 3}, {12, 6}, {20, 3}, {20, 5}, {20, 7}, {20, 9}, {24, 8}, {40, 4}, {60, 8}, {60, 20}, {60, 28},
            {400, 4}, {400, 10}, {1000, 8}
        };
        for (int[] shape : shapes) {
            speed.line("sums", shape, results -> x -> sums(x, results));
        }
        for (int[] shape : shapes) {
            speed.line("neighbours", shape, results -> x -> neighbours(x, results));
        }
        for (int[] shape : shapes) {
            speed.line("layers", shape, results -> x -> layers(x, results));
        }
    }

    private void line(String method, int[] shape, IntFunction<ArrayFunction<double[], double[]>> function)
            throws Throwable {
        int inputs = shape[0];
        int results = shape[1];
        double[] x = new SplittableRandom(1).doubles(inputs, -1, 1).toArray();
        double[][] matrix = new double[results][inputs];
        Jacobian jacobian = Jacobi.jacobian(function.apply(results));
        double own = Fastest.microseconds(seconds, () -> jacobian.into(x, matrix));
        double columns = Fastest.microseconds(seconds, columns(method, x, matrix));
        double rows = Fastest.microseconds(seconds, rows(method, x, matrix, 1));
        double four = Fastest.microseconds(seconds, rows(method, x, matrix, 4));
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.2f | %.2f | %.2f | %.2f | %.2f |",
                method,
                inputs,
                results,
                own,
                own / Math.min(columns, Math.min(rows, four)),
                columns,
                rows,
                four));
    }

    private static Primal primal(String method) {
        return Jacobi.of(JacobianRowsSpeed.class, method);
    }

    private static MethodHandle spread(Derivative derivative, Object[] arguments) {
        return derivative
                .asMethodHandle()
                .asSpreader(Object[].class, arguments.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private static Fastest.Work<Throwable> columns(String method, double[] x, double[][] matrix) {
        int width = Math.ceilDiv(x.length, Math.ceilDiv(x.length, MOST_COLUMNS));
        double[] directions = new double[x.length * width];
        Object[] arguments = {x, directions, matrix.length};
        MethodHandle forward = spread(
                primal(method).forward(width, Activity.DUAL, Activity.CONST).packed(), arguments);
        return () -> {
            for (int first = 0; first < x.length; first += width) {
                int count = Math.min(width, x.length - first);
                Arrays.fill(directions, 0);
                for (int lane = 0; lane < count; lane++) {
                    directions[(first + lane) * width + lane] = 1;
                }
                Object[] results = (Object[]) (Object) forward.invokeExact(arguments);
                double[] tangents = (double[]) results[1];
                for (int row = 0; row < matrix.length; row++) {
                    System.arraycopy(tangents, row * width, matrix[row], first, count);
                }
            }
        };
    }

    private static Fastest.Work<Throwable> rows(String method, double[] x, double[][] matrix, int width) {
        double[][] seeds = new double[width][matrix.length];
        Object[] arguments = new Object[2 + 2 * width];
        arguments[0] = x;
        arguments[1 + width] = matrix.length;
        System.arraycopy(seeds, 0, arguments, 2 + width, width);
        double[][] beyond = new double[width][x.length];
        MethodHandle reverse = spread(primal(method).reverse(width, Activity.DUPLICATED, Activity.CONST), arguments);
        return () -> {
            for (int first = 0; first < matrix.length; first += width) {
                for (int lane = 0; lane < width; lane++) {
                    int row = first + lane;
                    double[] shadow = row < matrix.length ? matrix[row] : beyond[lane];
                    Arrays.fill(shadow, 0);
                    Arrays.fill(seeds[lane], 0);
                    if (row < matrix.length) {
                        seeds[lane][row] = 1;
                    }
                    arguments[1 + lane] = shadow;
                }
                Object _ = (Object) reverse.invokeExact(arguments);
            }
        };
    }
}
