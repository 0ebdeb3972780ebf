/** The commands behind {@code ./jacobi}, one class each. */
@NullMarked
package dev.jacobi.cli;

import org.jspecify.annotations.NullMarked;
