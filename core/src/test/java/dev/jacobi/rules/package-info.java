/** Derivatives and marks that users give. */
@NullMarked
package dev.jacobi.rules;

import org.jspecify.annotations.NullMarked;
