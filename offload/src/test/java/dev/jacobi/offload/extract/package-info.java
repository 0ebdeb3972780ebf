/** Tests of what is taken out of functions; none needs a device. */
@NullMarked
package dev.jacobi.offload.extract;

import org.jspecify.annotations.NullMarked;
