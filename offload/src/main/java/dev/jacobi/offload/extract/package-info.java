/** From a function with marked loops to a host function and kernels: which loops, whether their rounds are independent, what they read and write. */
@NullMarked
package dev.jacobi.offload.extract;

import org.jspecify.annotations.NullMarked;
