/** Methods over one example, to be run on many at once. */
@NullMarked
package dev.jacobi.examples.batch;

import org.jspecify.annotations.NullMarked;
