package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.Value;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes {@code StrictMath.exp} of {@code Math.exp}, and the same of all functions for which HotSpot has code of its own with other bits. In
 * the function and all that it calls by {@code invoke_function}; methods that are called stay what they are.
 */
public final class UseStrictMath {
    /** Where {@code Math} promises one ulp only. */
    private static final Set<MathFunction> INEXACT = EnumSet.of(
            MathFunction.SIN,
            MathFunction.COS,
            MathFunction.TAN,
            MathFunction.ASIN,
            MathFunction.ACOS,
            MathFunction.ATAN,
            MathFunction.ATAN2,
            MathFunction.SINH,
            MathFunction.COSH,
            MathFunction.TANH,
            MathFunction.EXP,
            MathFunction.EXPM1,
            MathFunction.LOG,
            MathFunction.LOG10,
            MathFunction.LOG1P,
            MathFunction.POW,
            MathFunction.CBRT,
            MathFunction.HYPOT);

    private UseStrictMath() {}

    public static void run(Function function) {
        run(function, new HashSet<>());
    }

    private static void run(Function function, Set<Function> done) {
        if (!done.add(function)) {
            return;
        }
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (instruction.opCode() == OpCode.INVOKE_FUNCTION) {
                    run(instruction.function(), done);
                } else if (isInexact(instruction)) {
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

    private static boolean isInexact(Instruction instruction) {
        return instruction.opCode() == OpCode.MATH
                && !instruction.math().strict()
                && INEXACT.contains(instruction.math().function());
    }
}
