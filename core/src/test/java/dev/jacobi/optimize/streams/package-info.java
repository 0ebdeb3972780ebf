@NullMarked
package dev.jacobi.optimize.streams;

import org.jspecify.annotations.NullMarked;
