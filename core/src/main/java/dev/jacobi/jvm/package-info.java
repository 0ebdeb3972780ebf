/**
 * Emission of the intermediate representation as JVM bytecode.
 *
 * <p>{@link dev.jacobi.jvm.CodeEmitter} turns a function into the code of a method, {@link dev.jacobi.jvm.HiddenClasses} defines classes
 * that hold such methods, {@link dev.jacobi.jvm.MemberAccess} decides what those classes may link to,
 * {@link dev.jacobi.jvm.MethodSplitter} keeps every method small enough for the JIT compiler, and
 * {@link dev.jacobi.jvm.RecompileClass} writes whole classes again.
 */
@NullMarked
package dev.jacobi.jvm;

import org.jspecify.annotations.NullMarked;
