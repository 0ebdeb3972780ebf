@NullMarked
package dev.jacobi.autodiff.reverse;

import org.jspecify.annotations.NullMarked;
