/** A package whose classes others may not name. */
@NullMarked
package dev.jacobi.refusal.elsewhere;

import org.jspecify.annotations.NullMarked;
