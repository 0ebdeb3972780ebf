package dev.jacobi.llvm;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import java.util.HashMap;
import java.util.Map;

/**
 * Innermost loops none of whose rounds touches memory that another one writes ({@link Instruction#isIndependentStep}). LLVM is told so, by a group for each loop to which all its accesses belong: it has not to compare
 * addresses before such a loop, and vectorises it also where they depend on what was loaded.
 */
final class IndependentLoops {
    private final ModuleText module;
    private final Loops loops;
    /** By the headers. */
    private final Map<Block, String> groups = new HashMap<>();

    IndependentLoops(Loops loops, ModuleText module) {
        this.loops = loops;
        this.module = module;
        for (Loop loop : loops.all()) {
            if (contains(loop)) {
                groups.put(loop.header(), module.metadata("distinct !{}"));
            }
        }
    }

    /** Whether a loop is one of these. */
    static boolean contains(Loop loop) {
        return loop.children().isEmpty() && loop.hasIndependentRounds();
    }

    /** What is written behind a load or store of an element. */
    String annotation(Instruction access) {
        Block block = access.block();
        Loop loop = block == null ? null : loops.loopOf(block);
        String group = loop == null ? null : groups.get(loop.header());
        return group == null ? "" : ", !llvm.access.group " + group;
    }

    /** What is told of a loop with this header, or nothing. */
    String property(Block header) {
        String group = groups.get(header);
        return group == null ? "" : module.metadata("!{!\"llvm.loop.parallel_accesses\", " + group + "}");
    }

    /** Whether such a loop goes from one block back to another, its header. */
    boolean goesBack(Block from, Block to) {
        return groups.containsKey(to)
                && loops.loopOf(from) != null
                && loops.loopOf(from).header() == to;
    }
}
