package dev.jacobi.conformance.soak;

import dev.jacobi.Activity;
import dev.jacobi.Gradient;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * A derivative that was made once, and what it gives for each of some inputs.
 *
 * @param compute the numbers for the input of this number; thread-safe
 */
record Work(String name, IntFunction<double[]> compute) {
    static final int INPUTS = 64;

    /** Reverse mode of a function of one array. */
    @FunctionalInterface
    interface Reverse {
        double apply(double[] x, double[] shadow, double seed);
    }

    /** Forward mode of a function of one array. */
    @FunctionalInterface
    interface Forward {
        double apply(double[] x, double[] tangent);
    }

    static List<Work> all(Options options) {
        Gradient<Objectives.Layer> ofLayer = Jacobi.gradient(Objectives::ofLayer, options);
        var product = Jacobi.<double[], double[]>vjp(Objectives::system, options);
        var hessian = Jacobi.<double[]>hvp(Objectives::throwing, options);
        return List.of(
                gradient("a growing tape", Jacobi.gradient(Objectives::iterate, options)),
                gradient("recursion", Jacobi.gradient(Objectives::recursive, options)),
                throwing(Jacobi.of(Objectives.class, "throwing")
                        .with(options)
                        .reverse(Activity.DUPLICATED)
                        .as(Reverse.class)),
                gradient("objects", Jacobi.gradient(Objectives::layers, options)),
                forward(Jacobi.of(Objectives.class, "iterate")
                        .with(options)
                        .forward(Activity.DUAL)
                        .as(Forward.class)),
                new Work("an object as argument", number -> {
                    double[] x = input(number);
                    Objectives.Layer gradient = ofLayer.at(new Objectives.Layer(x, x[0]));
                    double[] result = Arrays.copyOf(gradient.weights(), x.length + 1);
                    result[x.length] = gradient.bias();
                    return result;
                }),
                new Work("weights", number -> product.at(input(number), input(number + 1, input(number).length))),
                new Work("second derivatives", number -> {
                    double[] x = input(number);
                    x[0] = Math.abs(x[0]);
                    return hessian.at(x, input(number + 1, x.length));
                }));
    }

    private static Work gradient(String name, Gradient<double[]> gradient) {
        return new Work(name, number -> {
            double[] x = input(number);
            double[] result = new double[x.length + 1];
            double[] at = new double[x.length];
            result[x.length] = gradient.into(x, at);
            System.arraycopy(at, 0, result, 0, x.length);
            return result;
        });
    }

    private static Work throwing(Reverse reverse) {
        return new Work("exceptions", number -> {
            double[] x = input(number);
            double[] shadow = new double[x.length];
            try {
                double value = reverse.apply(x, shadow, 1);
                shadow[0] += value;
            } catch (ArithmeticException e) {
                shadow[0] = -1;
            }
            return shadow;
        });
    }

    private static Work forward(Forward forward) {
        return new Work("forward mode", number -> {
            double[] x = input(number);
            return new double[] {forward.apply(x, input(number + 1, x.length))};
        });
    }

    private static double[] input(int number) {
        return input(number, 3 + number % 29);
    }

    private static double[] input(int number, int length) {
        return new Random(number).doubles(length, -1, 1).toArray();
    }
}
