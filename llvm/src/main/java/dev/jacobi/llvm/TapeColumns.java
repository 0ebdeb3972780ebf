package dev.jacobi.llvm;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores of a loop that put several numbers of each round into one array of the tape, at the index of the loop plus a start that does not change: columns, each of which begins somewhere behind the start of the one before. That it
 * begins behind its end is looked at before the loop ({@link HoistedChecks}); then no two of the stores meet in any rounds, and a loop that records much is vectorised without comparing each with each.
 *
 * @param header of the loop, one without loops in it
 * @param stores two or more, in the order of their columns
 */
record TapeColumns(Block header, List<Instruction> stores) {

    static List<TapeColumns> of(Loops loops, Set<Value> tape) {
        List<TapeColumns> found = new ArrayList<>();
        for (Loop loop : loops.all()) {
            if (loop.children().isEmpty()) {
                for (InductionVariable variable : InductionVariable.of(loop)) {
                    Map<Value, List<Instruction>> ofArray = new LinkedHashMap<>();
                    for (Block block : loop.blocks()) {
                        block.instructions().stream()
                                .filter(store -> store.opCode() == OpCode.ARRAY_STORE
                                        && tape.contains(store.operand(0))
                                        && start(store, variable.parameter(), loop) != null)
                                .forEach(store -> ofArray.computeIfAbsent(store.operand(0), _ -> new ArrayList<>())
                                        .add(store));
                    }
                    ofArray.values().stream()
                            .map(stores -> ascending(stores, variable.parameter(), loop))
                            .filter(stores -> stores.size() > 1)
                            .forEach(stores -> found.add(new TapeColumns(loop.header(), stores)));
                }
            }
        }
        return found;
    }

    /** Of a store at {@code start + variable} the start, or null. */
    private static @Nullable Value start(Instruction store, Value variable, Loop loop) {
        Instruction index = store.operand(1).definition();
        if (index == null || index.opCode() != OpCode.ADD) {
            return null;
        }
        for (int side = 0; side < 2; side++) {
            Value start = index.operand(1 - side);
            if (index.operand(side) == variable && !loop.contains(start.block())) {
                return start;
            }
        }
        return null;
    }

    /** Those whose starts are the start of the one before and something more. */
    private static List<Instruction> ascending(List<Instruction> stores, Value variable, Loop loop) {
        List<Instruction> columns = new ArrayList<>();
        Value last = null;
        for (Instruction store : stores) {
            Value start = start(store, variable, loop);
            if (last == null || isMoreThan(start, last)) {
                columns.add(store);
                last = start;
            }
        }
        return List.copyOf(columns);
    }

    private static boolean isMoreThan(@Nullable Value start, Value other) {
        Instruction sum = start == null ? null : start.definition();
        return sum != null && sum.opCode() == OpCode.ADD && sum.operands().contains(other);
    }
}
