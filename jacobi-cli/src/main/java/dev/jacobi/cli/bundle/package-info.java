/** Makes a directory with all that tests on devices and the bench need, for machines without Java. */
@NullMarked
package dev.jacobi.cli.bundle;

import org.jspecify.annotations.NullMarked;
