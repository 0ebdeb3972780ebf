/** Forward and reverse differentiation of the IR. */
@NullMarked
package dev.jacobi.autodiff;

import org.jspecify.annotations.NullMarked;
