package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A natural loop: a header that dominates all its blocks, and everything from which a latch can be reached without passing it. */
public final class Loop {
    /** An edge that leaves a loop; {@code byException} if it is a handler's. */
    public record Exit(Block from, Edge edge, boolean byException) {}

    private final Block header;
    private final List<Block> latches;
    private final Set<Block> blocks = new LinkedHashSet<>();
    private final List<Loop> children = new ArrayList<>();
    private final List<Exit> exits = new ArrayList<>();
    private final List<Block> entering = new ArrayList<>();
    private @Nullable Loop parent;
    private int depth = 1;

    Loop(Block header, List<Block> latches) {
        this.header = header;
        this.latches = List.copyOf(latches);
    }

    public Block header() {
        return header;
    }

    /** The blocks of the loop with an edge to the header. */
    public List<Block> latches() {
        return latches;
    }

    /** The only latch, or null if there are several. */
    public @Nullable Block latch() {
        return latches.size() == 1 ? latches.getFirst() : null;
    }

    /** All blocks, also those of loops within, in reverse postorder; the header is the first. */
    public Set<Block> blocks() {
        return Collections.unmodifiableSet(blocks);
    }

    public boolean contains(Block block) {
        return blocks.contains(block);
    }

    /** The loop directly around this one, or null. */
    public @Nullable Loop parent() {
        return parent;
    }

    /** The loops directly within this one. */
    public List<Loop> children() {
        return Collections.unmodifiableList(children);
    }

    /** 1 for a loop that is in no other. */
    public int depth() {
        return depth;
    }

    public List<Exit> exits() {
        return Collections.unmodifiableList(exits);
    }

    /** The blocks outside with an edge to the header. */
    public List<Block> entering() {
        return Collections.unmodifiableList(entering);
    }

    /** The only block from which the loop is entered if it leads nowhere else, or null. */
    public @Nullable Block preheader() {
        return entering.size() == 1 && entering.getFirst().edges().size() == 1 ? entering.getFirst() : null;
    }

    /** The addition that steps the index to its next value if the program lets the rounds run in any order, or null. */
    public @Nullable Instruction unorderedStep() {
        return markedStep(false);
    }

    /** Whether no round touches memory that another one writes, as far as is known. */
    public boolean hasIndependentRounds() {
        return markedStep(true) != null;
    }

    private @Nullable Instruction markedStep(boolean independent) {
        for (Block latch : latches) {
            for (Edge edge : latch.edges()) {
                if (edge.target() == header) {
                    for (Value passed : edge.arguments()) {
                        Instruction step = passed.definition();
                        if (step != null && (independent ? step.isIndependentStep() : step.isUnorderedStep())) {
                            return step;
                        }
                    }
                }
            }
        }
        return null;
    }

    void adopt(Loop child) {
        child.parent = this;
        children.add(child);
    }

    void addBlock(Block block) {
        blocks.add(block);
    }

    void addExit(Exit exit) {
        exits.add(exit);
    }

    void addEntering(Block block) {
        entering.add(block);
    }

    void setDepth(int depth) {
        this.depth = depth;
    }

    @Override
    public String toString() {
        return "loop " + header;
    }
}
