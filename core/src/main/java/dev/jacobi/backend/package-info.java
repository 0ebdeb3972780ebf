/** The place of native code: what a native backend implements, how it is found, and how {@code Backend.AUTO} chooses. */
@NullMarked
package dev.jacobi.backend;

import org.jspecify.annotations.NullMarked;
