/** {@code ./jacobi demo}: sample methods differentiated, checked, timed and put to use. */
@NullMarked
package dev.jacobi.cli.demo;

import org.jspecify.annotations.NullMarked;
