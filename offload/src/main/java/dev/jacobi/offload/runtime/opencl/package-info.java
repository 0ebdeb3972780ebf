/** OpenCL by java.lang.foreign: any driver that takes SPIR-V, and PoCL without SPIR-V by way of LLVM's bitcode. */
@NullMarked
package dev.jacobi.offload.runtime.opencl;

import org.jspecify.annotations.NullMarked;
