/** Helpers for tests: golden files. */
@NullMarked
package dev.jacobi.testing;

import org.jspecify.annotations.NullMarked;
