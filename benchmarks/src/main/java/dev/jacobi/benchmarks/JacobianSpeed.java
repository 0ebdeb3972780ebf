package dev.jacobi.benchmarks;

import dev.jacobi.Activity;
import dev.jacobi.ArrayFunction;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.Jacobian;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The time of Jacobians of functions of 20 numbers with 1,000 results: {@link Jacobi#jacobian}, and forward mode by hand in so many directions at once, with a shadow for each direction or one
 * for all (p). What counts is the fastest run. The only argument is how many seconds each takes.
 */
public final class JacobianSpeed {
    private static final int INPUTS = 20;
    private static final int RESULTS = 1000;
    private static final int[] WIDTHS = {1, 2, 4, 5, 10, 20};

    private final double seconds;
    private final double[] x = new SplittableRandom(1).doubles(INPUTS, -1, 1).toArray();
    private final double[][] matrix = new double[RESULTS][INPUTS];

    private JacobianSpeed(double seconds) {
        this.seconds = seconds;
    }

    static double[] products(double[] x) {
        double[] y = new double[RESULTS];
        for (int j = 0; j < RESULTS; j++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * ((i * 7 + j * 3) % 11 - 5);
            }
            y[j] = Math.sin(sum);
        }
        return y;
    }

    static double[] bells(double[] x) {
        double[] y = new double[RESULTS];
        for (int j = 0; j < RESULTS; j++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += Math.exp(-x[i] * x[i] * (j + 1) * 1e-3);
            }
            y[j] = sum;
        }
        return y;
    }

    static double[] steps(double[] x) {
        double[] y = new double[RESULTS];
        double[] state = x.clone();
        for (int step = 0; step < RESULTS / INPUTS; step++) {
            for (int i = 0; i < INPUTS; i++) {
                state[i] += 0.01 * (state[(i + 1) % INPUTS] - state[i]) * state[(i + 19) % INPUTS];
                y[step * INPUTS + i] = state[i];
            }
        }
        return y;
    }

    static double[] polynomial(double[] x) {
        double[] y = new double[RESULTS];
        for (int j = 0; j < RESULTS; j++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum = sum * (j * 1e-3) + x[i];
            }
            y[j] = sum * sum;
        }
        return y;
    }

    public static void main(String[] arguments) throws Throwable {
        JacobianSpeed speed = new JacobianSpeed(arguments.length == 0 ? 1 : Double.parseDouble(arguments[0]));
        StringBuilder head = new StringBuilder("| µs | jacobian | / best |");
        for (int width : WIDTHS) {
            head.append(' ').append(width).append(" | ").append(width).append("p |");
        }
        System.out.println(head);
        speed.line("products", JacobianSpeed::products);
        speed.line("bells", JacobianSpeed::bells);
        speed.line("steps", JacobianSpeed::steps);
        speed.line("polynomial", JacobianSpeed::polynomial);
    }

    private void line(String method, ArrayFunction<double[], double[]> function) throws Throwable {
        Jacobian jacobian = Jacobi.jacobian(function);
        double own = Fastest.microseconds(seconds, () -> jacobian.into(x, matrix));
        StringBuilder others = new StringBuilder();
        double best = own;
        for (int width : WIDTHS) {
            for (boolean packed : new boolean[] {false, true}) {
                double time = Fastest.microseconds(seconds, byHand(method, width, packed));
                best = Math.min(best, time);
                others.append(String.format(Locale.ROOT, " %.0f |", time));
            }
        }
        System.out.println(String.format(Locale.ROOT, "| %s | %.0f | %.2f |%s", method, own, own / best, others));
    }

    private Fastest.Work<Throwable> byHand(String method, int width, boolean packed) {
        Derivative separate = Jacobi.of(JacobianSpeed.class, method).forward(width, Activity.DUAL);
        MethodHandle handle = (packed ? separate.packed() : separate).asMethodHandle();
        Object[] arguments = new Object[handle.type().parameterCount()];
        MethodHandle spread = handle.asSpreader(Object[].class, arguments.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
        arguments[0] = x;
        for (int index = 1; index < arguments.length; index++) {
            arguments[index] = new double[packed ? INPUTS * width : INPUTS];
        }
        return () -> {
            for (int first = 0; first < INPUTS; first += width) {
                for (int index = 1; index < arguments.length; index++) {
                    Arrays.fill((double[]) arguments[index], 0);
                }
                for (int lane = 0; lane < width; lane++) {
                    double[] direction = (double[]) arguments[packed ? 1 : 1 + lane];
                    direction[packed ? (first + lane) * width + lane : first + lane] = 1;
                }
                Object[] results = (Object[]) (Object) spread.invokeExact(arguments);
                for (int lane = 0; lane < width; lane++) {
                    double[] column = (double[]) results[packed ? 1 : 1 + lane];
                    for (int row = 0; row < RESULTS; row++) {
                        matrix[row][first + lane] = packed ? column[row * width + lane] : column[row];
                    }
                }
            }
        };
    }
}
