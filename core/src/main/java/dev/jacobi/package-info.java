/**
 * Derivatives of the Java methods you already have: {@link dev.jacobi.Jacobi} is where to start.
 */
@NullMarked
package dev.jacobi;

import org.jspecify.annotations.NullMarked;
