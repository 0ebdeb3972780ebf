/** The text of LLVM IR that is the same for the processor of the JVM and for devices: numbers, elements of arrays, constant tables. */
@NullMarked
package dev.jacobi.llvm.text;

import org.jspecify.annotations.NullMarked;
