/** Plain Java methods to differentiate; nothing here knows of Jacobi. */
@NullMarked
package dev.jacobi.examples;

import org.jspecify.annotations.NullMarked;
