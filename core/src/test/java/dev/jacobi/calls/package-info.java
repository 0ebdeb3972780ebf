/** Derivatives of calls that are not inlined. */
@NullMarked
package dev.jacobi.calls;

import org.jspecify.annotations.NullMarked;
