package dev.jacobi.llvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes {@code StrictMath.exp} of {@code Math.exp}, and so on: what both backends can compute to the bit. */
final class StrictMathInstead {
    private StrictMathInstead() {}

    static void run(Function function) {
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.MATH) {
                    Instruction strict = function.newInstruction(
                            OpCode.MATH,
                            new MathCall(instruction.math().function(), true),
                            instruction.operands(),
                            instruction.position());
                    int index = block.instructions().indexOf(instruction);
                    block.remove(instruction);
                    block.insert(index, strict);
                    replaced.put(instruction.value(), strict.value());
                }
            }
        }
        function.replaceValues(replaced);
    }
}
