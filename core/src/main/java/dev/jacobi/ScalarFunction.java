package dev.jacobi;

import java.io.Serializable;
import java.util.function.ToDoubleFunction;

/**
 * A function from an array (or nested arrays) to a number. Being {@link Serializable} is what lets Jacobi find the bytecode behind a
 * lambda or a method reference; nothing is ever serialised.
 *
 * @param <T> {@code double[]}, {@code float[]}, arrays of these, or records, lists, maps and other objects that hold such
 */
@FunctionalInterface
public interface ScalarFunction<T> extends ToDoubleFunction<T>, Serializable {}
