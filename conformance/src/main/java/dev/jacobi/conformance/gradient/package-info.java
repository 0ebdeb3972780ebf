/** Derivatives of methods, compared with each other and with finite differences. */
@NullMarked
package dev.jacobi.conformance.gradient;

import org.jspecify.annotations.NullMarked;
