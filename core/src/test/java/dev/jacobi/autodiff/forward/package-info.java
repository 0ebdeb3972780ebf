@NullMarked
package dev.jacobi.autodiff.forward;

import org.jspecify.annotations.NullMarked;
