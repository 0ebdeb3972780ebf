package dev.jacobi.offload.extract;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * One load or store of an array, or an addition to an element, that the loop gets from outside, or of a row of an array of arrays that it gets.
 *
 * @param array what the loop gets: for an element of a row, the array of arrays
 * @param place the index as a function of the loop's, or null if it is none
 * @param row for an element of a row, the access that gives the row
 */
record ArrayAccess(
        Instruction instruction,
        Value array,
        @Nullable Place place,
        @Nullable ArrayAccess row) {
    boolean isWrite() {
        return instruction.opCode() == OpCode.ARRAY_STORE || isIncrease();
    }

    boolean isRead() {
        return instruction.opCode() != OpCode.ARRAY_STORE;
    }

    /** Whether it adds to the element, as many may do at once. */
    boolean isIncrease() {
        return AtomicArrays.isIncrease(instruction);
    }

    /** For messages: what is done where. */
    String text() {
        return (isWrite() ? "the write" : "the read") + " at "
                + (instruction.position() == null ? "an unknown line" : instruction.position());
    }
}
