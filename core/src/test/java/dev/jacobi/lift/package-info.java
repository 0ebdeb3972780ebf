/** Tests of lifting. */
@NullMarked
package dev.jacobi.lift;

import org.jspecify.annotations.NullMarked;
