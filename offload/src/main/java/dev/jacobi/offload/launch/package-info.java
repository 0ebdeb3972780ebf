/** Launches: which arrays are where, what is copied, what happens where a round fails. */
@NullMarked
package dev.jacobi.offload.launch;

import org.jspecify.annotations.NullMarked;
