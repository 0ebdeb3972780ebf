/** Tests of device code: what kernels compute. */
@NullMarked
package dev.jacobi.offload.device;

import org.jspecify.annotations.NullMarked;
