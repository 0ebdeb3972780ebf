/** Streams over ranges and arrays as loops. {@link dev.jacobi.optimize.streams.SubstituteStreams} is the pass. */
@NullMarked
package dev.jacobi.optimize.streams;

import org.jspecify.annotations.NullMarked;
