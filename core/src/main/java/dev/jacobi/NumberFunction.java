package dev.jacobi;

import java.io.Serializable;
import java.util.function.DoubleUnaryOperator;

/** A function from a number to a number, which Jacobi can look into (see {@link ScalarFunction}). */
@FunctionalInterface
public interface NumberFunction extends DoubleUnaryOperator, Serializable {}
