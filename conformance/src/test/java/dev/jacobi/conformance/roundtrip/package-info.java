/** Whole libraries, lifted, optimised and emitted again: they load, and do what they did. */
@NullMarked
package dev.jacobi.conformance.roundtrip;

import org.jspecify.annotations.NullMarked;
