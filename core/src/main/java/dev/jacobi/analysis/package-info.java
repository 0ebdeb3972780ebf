/**
 * What holds of a function, computed and not changed: the shape of its control flow, the life of its values, ranges of integers,
 * and which memory an instruction may touch. Everything here is a snapshot; who changes the function computes it anew.
 */
@NullMarked
package dev.jacobi.analysis;

import org.jspecify.annotations.NullMarked;
