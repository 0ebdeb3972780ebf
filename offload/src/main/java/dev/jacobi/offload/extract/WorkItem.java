package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;

/** Which of the work items that run at the same time does a round: element {@code e} of item {@code i} of {@code n} is at {@code e * n + i} of the memory that they share. */
record WorkItem(Value count, Value number) {
    Value place(Value element, Emitter emitter) {
        return emitter.value(OpCode.ADD, null, emitter.value(OpCode.MUL, null, element, count), number);
    }
}
