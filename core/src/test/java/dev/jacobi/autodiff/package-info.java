@NullMarked
package dev.jacobi.autodiff;

import org.jspecify.annotations.NullMarked;
