/** What generated code calls. */
@NullMarked
package dev.jacobi.runtime;

import org.jspecify.annotations.NullMarked;
