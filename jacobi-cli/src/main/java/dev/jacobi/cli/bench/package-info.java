/** {@code ./jacobi bench}: the evals of GradBench on every backend, in one run, beside the seconds of other tools. */
@NullMarked
package dev.jacobi.cli.bench;

import org.jspecify.annotations.NullMarked;
