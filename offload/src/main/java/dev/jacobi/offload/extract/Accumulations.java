package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the loads and stores that add to an adjoint in an array: no order of the summands is promised, so that parts of the rounds may add up on their own. */
final class Accumulations {
    private Accumulations() {}

    /** Both the load and the store of each. */
    static Set<Instruction> in(ParallelLoop loop) {
        Set<Instruction> found = new HashSet<>();
        for (Block block : loop.region()) {
            for (Instruction store : block.instructions()) {
                if (store.opCode() == OpCode.ARRAY_STORE) {
                    Instruction load = loadOf(store, loop);
                    if (load != null) {
                        found.add(load);
                        found.add(store);
                    }
                }
            }
        }
        return found;
    }

    private static @Nullable Instruction loadOf(Instruction store, ParallelLoop loop) {
        Instruction sum = store.operand(2).definition();
        if (sum == null || sum.opCode() != OpCode.ADD || !sum.isAdjointSum()) {
            return null;
        }
        List<Instruction> loads = new ArrayList<>();
        for (Value summand : sum.operands()) {
            Instruction load = summand.definition();
            if (load != null
                    && load.opCode() == OpCode.ARRAY_LOAD
                    && load.block() == store.block()
                    && load.operands().equals(store.operands().subList(0, 2))) {
                loads.add(load);
            }
        }
        return loads.size() == 1 && uses(loads.getFirst().value(), loop) == 1 && uses(sum.value(), loop) == 1
                ? loads.getFirst()
                : null;
    }

    private static long uses(Value value, ParallelLoop loop) {
        long count = 0;
        for (Block block : loop.region()) {
            for (Instruction instruction : block.instructions()) {
                count += instruction.operands().stream().filter(value::equals).count();
            }
            count +=
                    block.terminator().operands().stream().filter(value::equals).count();
            count += block.edges().stream()
                    .flatMap(edge -> edge.arguments().stream())
                    .filter(value::equals)
                    .count();
        }
        return count;
    }
}
