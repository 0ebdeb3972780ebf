/** Derivatives through objects. */
@NullMarked
package dev.jacobi.autodiff.objects;

import org.jspecify.annotations.NullMarked;
