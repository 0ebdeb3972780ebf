/**
 * Reverse mode. {@link dev.jacobi.autodiff.reverse.ReverseMode} is the entry; {@code docs/reverse-mode.md} explains words, steps and
 * proofs.
 */
@NullMarked
package dev.jacobi.autodiff.reverse;

import org.jspecify.annotations.NullMarked;
