package dev.jacobi.autodiff.reverse;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Value;

/** That the reverse of a block reads a primal value. */
record Need(Value value, Block at) {}
