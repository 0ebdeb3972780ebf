package dev.jacobi.optimize;

import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What loops do that hand on adjoints: nothing, if these are zero. */
final class IdleLoops {
    private IdleLoops() {}

    /** Whether nothing in the loop throws, and all that it does is to store sums of adjoints. */
    static boolean isSilent(Loop loop) {
        boolean sums = false;
        for (Block block : loop.blocks()) {
            if (!block.handlers().isEmpty()) {
                return false;
            }
            for (Instruction instruction : block.instructions()) {
                sums |= instruction.isAdjointSum();
                boolean silent = switch (instruction.opCode().effect()) {
                    case PURE, READ -> true;
                    case WRITE -> instruction.opCode() == OpCode.ARRAY_STORE;
                    case ALLOCATE, CALL -> false;
                };
                if (!silent || instruction.mayThrow()) {
                    return false;
                }
            }
        }
        return sums;
    }

    /** Whether the loop changes nothing if all these are zero, and nobody asks for what it counts. */
    static boolean isIdle(Function function, Loop loop, ZeroValues zeros) {
        for (Block block : loop.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.ARRAY_STORE && !keeps(instruction, zeros)) {
                    return false;
                }
            }
        }
        Set<Value> used = usedBehind(function, loop);
        List<Value> parameters = loop.header().parameters();
        for (int index = 0; index < parameters.size(); index++) {
            Value parameter = parameters.get(index);
            if (used.remove(parameter) && !zeros.contains(parameter) && !isUnchanged(parameter, index, loop, zeros)) {
                return false;
            }
        }
        return used.isEmpty();
    }

    /** Whether a store leaves in memory what is there: the same element plus zero. */
    private static boolean keeps(Instruction store, ZeroValues zeros) {
        Instruction sum = store.operand(2).definition();
        if (sum == null || !sum.isAdjointSum()) {
            return false;
        }
        for (int side = 0; side < 2; side++) {
            Instruction load = sum.operand(side).definition();
            if (zeros.contains(sum.operand(1 - side))
                    && load != null
                    && load.opCode() == OpCode.ARRAY_LOAD
                    && load.operand(0) == store.operand(0)
                    && load.operand(1) == store.operand(1)
                    && load.block() == store.block()) {
                return true;
            }
        }
        return false;
    }

    /** Whether no round does more to the parameter than to add zeros. */
    static boolean isUnchanged(Value parameter, int index, Loop loop, ZeroValues zeros) {
        return loop.latches().stream()
                .flatMap(latch -> latch.edges().stream())
                .filter(edge -> edge.target() == loop.header())
                .allMatch(edge -> isUnchanged(parameter, edge.arguments().get(index), zeros));
    }

    private static boolean isUnchanged(Value parameter, Value next, ZeroValues zeros) {
        Value value = next;
        while (value != parameter) {
            Instruction sum = value.definition();
            if (sum == null || !sum.isAdjointSum()) {
                return false;
            }
            value = zeros.contains(sum.operand(1)) ? sum.operand(0) : sum.operand(1);
            Value amount = value == sum.operand(0) ? sum.operand(1) : sum.operand(0);
            if (!zeros.contains(amount)) {
                return false;
            }
        }
        return true;
    }

    /** The values of the loop that are used behind it. */
    static Set<Value> usedBehind(Function function, Loop loop) {
        Set<Value> used = usedBehindWithoutPassing(function, loop);
        loop.exits().getFirst().edge().arguments().stream()
                .filter(value -> loop.contains(value.block()))
                .forEach(used::add);
        return used;
    }

    /** Those that are used there themselves, not what an edge passed them to. */
    static Set<Value> usedBehindWithoutPassing(Function function, Loop loop) {
        Set<Value> used = new HashSet<>();
        Consumer<Value> use = value -> {
            if (loop.contains(value.block())) {
                used.add(value);
            }
        };
        for (Block block : function.blocks()) {
            if (!loop.contains(block)) {
                block.instructions()
                        .forEach(instruction -> instruction.operands().forEach(use));
                block.terminator().operands().forEach(use);
                block.edges().forEach(edge -> edge.arguments().forEach(use));
            }
        }
        return used;
    }
}
