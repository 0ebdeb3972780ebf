/** From a method to its derivative: puts lifting, optimisation, differentiation and emission in their order, and checks what users ask for. */
@NullMarked
package dev.jacobi.compile;

import org.jspecify.annotations.NullMarked;
