/** {@code ./jacobi gradbench}: the tool protocol of the public benchmark GradBench, and one class for each of its evals. */
@NullMarked
package dev.jacobi.cli.gradbench;

import org.jspecify.annotations.NullMarked;
