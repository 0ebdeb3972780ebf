/** Well-known kernels with parallel streams over flat arrays, in plain Java that knows nothing of Jacobi. */
@NullMarked
package dev.jacobi.examples.parallel;

import org.jspecify.annotations.NullMarked;
