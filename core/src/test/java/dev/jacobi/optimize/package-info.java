@NullMarked
package dev.jacobi.optimize;

import org.jspecify.annotations.NullMarked;
