@NullMarked
package dev.jacobi.optimize.inline;

import org.jspecify.annotations.NullMarked;
