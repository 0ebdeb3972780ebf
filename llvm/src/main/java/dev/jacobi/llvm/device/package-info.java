/** Device code: one round of a parallel loop as a kernel in SPIR-V, PTX or AMDGCN. */
@NullMarked
package dev.jacobi.llvm.device;

import org.jspecify.annotations.NullMarked;
