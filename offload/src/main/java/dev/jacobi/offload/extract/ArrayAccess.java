package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * One load or store of an array that the loop gets from outside.
 *
 * @param place the index as a function of the loop's, or null if it is none
 */
record ArrayAccess(Instruction instruction, Value array, @Nullable Place place) {
    boolean isWrite() {
        return instruction.opCode() == OpCode.ARRAY_STORE;
    }

    /** For messages: what is done where. */
    String text() {
        return (isWrite() ? "the write" : "the read") + " at "
                + (instruction.position() == null ? "an unknown line" : instruction.position());
    }
}
