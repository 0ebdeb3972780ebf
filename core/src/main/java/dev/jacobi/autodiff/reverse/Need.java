package dev.jacobi.autodiff.reverse;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/** That the reverse of a block reads a primal value. */
record Need(Value value, Block at) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Need that && value == that.value && at == that.at;
    }

    @Override
    public int hashCode() {
        return 31 * value.hashCode() + at.hashCode();
    }
}
