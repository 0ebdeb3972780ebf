/** CUDA's driver interface, and HIP's, which mirrors it name by name, by java.lang.foreign. */
@NullMarked
package dev.jacobi.offload.runtime.cuda;

import org.jspecify.annotations.NullMarked;
