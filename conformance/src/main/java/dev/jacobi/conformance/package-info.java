/** Tests with third-party libraries: what they lift, differentiate and emit again must behave as the originals. */
@NullMarked
package dev.jacobi.conformance;

import org.jspecify.annotations.NullMarked;
