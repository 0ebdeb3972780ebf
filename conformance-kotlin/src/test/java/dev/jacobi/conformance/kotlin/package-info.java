/** Functions written in Kotlin, differentiated. */
@NullMarked
package dev.jacobi.conformance.kotlin;

import org.jspecify.annotations.NullMarked;
