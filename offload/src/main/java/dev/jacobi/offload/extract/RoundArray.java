package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * An array that a round makes, in memory of the launch.
 *
 * @param base of an array on a stack, its place there; null for a slice
 */
record RoundArray(Value memory, @Nullable Value base, Value length) {
    Value place(Value index, WorkItem item, Emitter emitter) {
        return item.place(base == null ? index : emitter.value(OpCode.ADD, null, base, index), emitter);
    }
}
