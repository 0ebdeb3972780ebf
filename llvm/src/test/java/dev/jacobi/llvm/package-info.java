@org.jspecify.annotations.NullMarked
package dev.jacobi.llvm;
