package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.compile.Recompiler;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * One eval of the suite.
 *
 * @param <I> its input
 */
public interface Eval<I> {
    I read(JsonNode input);

    /** An input small enough to run often, on which the functions are warmed up. */
    I sample(Random random);

    /** The derivatives, and what has none in the suite, by the names of the protocol. Making the map compiles them. */
    Map<String, Function<I, Workload>> functions(Options options);

    /** The original function where the options want it to run, if it is compared with a derivative. */
    default Optional<Function<I, Workload>> original(Options options) {
        return Optional.empty();
    }

    /** A method of the examples: {@code itself} on the JVM, else what Jacobi makes of it. */
    static <F> F original(Class<?> owner, String method, Class<F> type, F itself, Options options) {
        return options.backend() == Backend.JVM
                ? itself
                : Recompiler.implement(Jacobi.of(owner, method).target(), options, type);
    }

    /** Reads an array of numbers. */
    static double[] vector(JsonNode json) {
        double[] vector = new double[json.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = json.get(i).doubleValue();
        }
        return vector;
    }

    /** Reads an array of arrays of numbers. */
    static double[][] matrix(JsonNode json) {
        double[][] matrix = new double[json.size()][];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = vector(json.get(i));
        }
        return matrix;
    }

    static double[] vector(Random random, int length) {
        return random.doubles(length).toArray();
    }

    static double[][] matrix(Random random, int rows, int columns) {
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = vector(random, columns);
        }
        return matrix;
    }

    /** Zeros of the shape of {@code matrix}. */
    static double[][] zerosLike(double[][] matrix) {
        double[][] zeros = new double[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            zeros[i] = new double[matrix[i].length];
        }
        return zeros;
    }

    static void clear(double[][] matrix) {
        for (double[] row : matrix) {
            java.util.Arrays.fill(row, 0);
        }
    }
}
