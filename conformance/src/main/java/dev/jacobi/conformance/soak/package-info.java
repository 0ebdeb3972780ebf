/** One derivative object used by many threads for a long time: the same bits as by one thread, and a flat heap. */
@NullMarked
package dev.jacobi.conformance.soak;

import org.jspecify.annotations.NullMarked;
