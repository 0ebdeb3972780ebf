/** {@code ./jacobi check}: value, gradients in both modes, finite differences, and what to think of them. */
@NullMarked
package dev.jacobi.cli.check;

import org.jspecify.annotations.NullMarked;
