/** The objectives of the GradBench evals, as plain Java over arrays of numbers. Their derivatives are left to Jacobi. */
@NullMarked
package dev.jacobi.examples.gradbench;

import org.jspecify.annotations.NullMarked;
