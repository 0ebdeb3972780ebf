/** From class files to the IR. */
@NullMarked
package dev.jacobi.lift;

import org.jspecify.annotations.NullMarked;
