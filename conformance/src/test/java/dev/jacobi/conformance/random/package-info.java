@NullMarked
package dev.jacobi.conformance.random;

import org.jspecify.annotations.NullMarked;
