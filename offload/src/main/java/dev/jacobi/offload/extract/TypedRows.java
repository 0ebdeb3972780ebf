package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Gives each row that is taken out of an array of arrays of numbers as an object, as a stream of rows does, the type that it has, and drops the casts to it: such a row is of
 * that type or null.
 */
final class TypedRows {
    private TypedRows() {}

    /** Changes the function. */
    static void run(Function function) {
        Map<Value, Value> typed = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction load : List.copyOf(block.instructions())) {
                if (load.opCode() != OpCode.ARRAY_LOAD || !RowsUse.isArrayOfRows(load.operand(0))) {
                    continue;
                }
                ClassDesc row = Objects.requireNonNull(
                        load.operand(0).type().descriptor().componentType());
                if (!row.equals(load.value().type().descriptor())) {
                    Instruction again =
                            function.newInstruction(OpCode.ARRAY_LOAD, row, load.operands(), load.position());
                    again.copyMarks(load);
                    block.insert(block.instructions().indexOf(load), again);
                    block.remove(load);
                    typed.put(load.value(), again.value());
                }
            }
        }
        if (!typed.isEmpty()) {
            function.replaceValues(typed);
            dropCasts(function);
        }
    }

    private static void dropCasts(Function function) {
        Map<Value, Value> casts = new HashMap<>();
        for (Block block : function.blocks()) {
            block.retainInstructions(instruction -> {
                boolean cast = instruction.opCode() == OpCode.CHECK_CAST
                        && isRow(instruction.operand(0))
                        && instruction
                                .classAttribute()
                                .equals(instruction.operand(0).type().descriptor());
                if (cast) {
                    casts.put(instruction.value(), instruction.operand(0));
                }
                return !cast;
            });
        }
        function.replaceValues(casts);
    }

    private static boolean isRow(Value value) {
        Instruction load = value.definition();
        return load != null && load.opCode() == OpCode.ARRAY_LOAD && RowsUse.isArrayOfRows(load.operand(0));
    }
}
