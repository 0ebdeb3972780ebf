/** Methods with parallel streams, made at random from a seed. */
@NullMarked
package dev.jacobi.offload.shapes;

import org.jspecify.annotations.NullMarked;
