package dev.jacobi;

import java.io.Serializable;
import java.util.function.Function;

/**
 * A function from arrays to arrays, which Jacobi can look into (see {@link ScalarFunction}).
 *
 * @param <T> {@code double[]}, {@code float[]}, arrays of these, or records, lists, maps and other objects that hold such
 * @param <R> {@code double[]}, {@code float[]}, or arrays of these
 */
@FunctionalInterface
public interface ArrayFunction<T, R> extends Function<T, R>, Serializable {}
