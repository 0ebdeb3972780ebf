@NullMarked
package dev.jacobi.conformance.gradient;

import org.jspecify.annotations.NullMarked;
