/** The native backend: IR to LLVM IR to object code to a method handle; see {@code docs/native.md}. */
@org.jspecify.annotations.NullMarked
package dev.jacobi.llvm;
