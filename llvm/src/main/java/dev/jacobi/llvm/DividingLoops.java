package dev.jacobi.llvm;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Loops that divide integers, which LLVM must not vectorise. Of a division that only some rounds do, with operands that are the same in each round, its vectoriser (of versions 20 to 22, at least) takes what the first lane
 * has for all lanes if it is part of an address, and the first lane may be one that does not divide: {@code if (c[i] == 2) s[i] = a[7 % m]} reads anything. Which operands are the same, and which divisions are done in some
 * rounds only, is what LLVM makes of them in the end, so all divisions by what is not a constant count. There is little to be lost, as processors have no vectors of quotients.
 */
final class DividingLoops {
    private final Map<Block, Loop> byHeader = new HashMap<>();

    /** Static methods that are called may divide; functions are looked at. */
    static DividingLoops of(Function function) {
        DividingLoops dividing = new DividingLoops();
        for (Loop loop : Loops.of(function).all()) {
            Set<Function> met = Collections.newSetFromMap(new IdentityHashMap<>());
            if (loop.blocks().stream().anyMatch(block -> divides(block, met))) {
                dividing.byHeader.put(loop.header(), loop);
            }
        }
        return dividing;
    }

    /** Whether such a loop goes from one block back to another, its header. */
    boolean goesBack(Block from, Block to) {
        Loop loop = byHeader.get(to);
        return loop != null && loop.contains(from);
    }

    /** @param met functions that do not divide, or are being looked at */
    private static boolean divides(Block block, Set<Function> met) {
        return block.instructions().stream().anyMatch(instruction -> divides(instruction, met));
    }

    private static boolean divides(Instruction instruction, Set<Function> met) {
        return switch (instruction.opCode()) {
            case DIV, REM ->
                !instruction.value().type().isFloatingPoint()
                        && !instruction.operand(1).isResultOf(OpCode.CONSTANT);
            case INVOKE_STATIC -> true;
            case INVOKE_FUNCTION ->
                met.add(instruction.function())
                        && instruction.function().blocks().stream().anyMatch(block -> divides(block, met));
            default -> false;
        };
    }
}
