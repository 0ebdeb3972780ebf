/**
 * The intermediate representation: static single assignment over a control-flow graph, with block arguments instead of phis.
 *
 * <p>{@link dev.jacobi.ir.OpCode} is the table of operations, {@link dev.jacobi.ir.MathFunction} the table of mathematical functions.
 */
@NullMarked
package dev.jacobi.ir;

import org.jspecify.annotations.NullMarked;
