package dev.jacobi;

import java.io.Serializable;
import java.util.function.Function;

/**
 * A function from arrays to arrays, which Jacobi can look into (see {@link ScalarFunction}).
 *
 * @param <T> {@code double[]}, {@code float[]}, or arrays of these
 * @param <R> likewise
 */
@FunctionalInterface
public interface ArrayFunction<T, R> extends Function<T, R>, Serializable {}
