/** Passes that make the IR smaller and faster without changing what it computes, one per class. */
@NullMarked
package dev.jacobi.optimize;

import org.jspecify.annotations.NullMarked;
