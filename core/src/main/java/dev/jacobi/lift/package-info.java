/**
 * From class files to the intermediate representation: {@link dev.jacobi.lift.ClassFiles} finds the bytes, {@link
 * dev.jacobi.lift.Methods} and {@link dev.jacobi.lift.Lambdas} find the method, {@link dev.jacobi.lift.Lifter} reads its code.
 *
 * <p>Bytecode is not trusted: whatever a class file holds, the answer is a function in which every use has the kind of value that its
 * operation takes, or a {@link dev.jacobi.JacobiException}. Whether references have the classes that their uses want is left to the
 * JVM, which verifies what is emitted.
 */
@NullMarked
package dev.jacobi.lift;

import org.jspecify.annotations.NullMarked;
