package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@linkplain Sweep sweeps} of a function, and its other blocks. */
public final class Sweeps {
    private final Map<Block, Sweep> ofHeader = new HashMap<>();
    private final Set<Block> bodies = new HashSet<>();
    private final ValueSet fixed = new ValueSet();
    private final List<Block> outside;

    private Sweeps(Function function, Loops loops) {
        for (Block block : function.blocks()) {
            if (loops.depth(block) == 0) {
                for (Value parameter : block.parameters()) {
                    fixed.add(parameter);
                }
                for (Instruction instruction : block.instructions()) {
                    if (instruction.result() != null) {
                        fixed.add(instruction.value());
                    }
                }
            }
        }
        for (Loop loop : loops.all()) {
            Sweep sweep = Sweep.of(loop, fixed);
            if (sweep != null) {
                ofHeader.put(loop.header(), sweep);
                bodies.add(sweep.body());
            }
        }
        List<Block> others = new ArrayList<>();
        for (Block block : loops.dominators().preorder()) {
            if (!bodies.contains(block)) {
                others.add(block);
            }
        }
        outside = List.copyOf(others);
    }

    /** None in a function with loops that are entered in several places. */
    public static Sweeps of(Function function) {
        Loops loops = Loops.of(function);
        Sweeps sweeps = new Sweeps(function, loops);
        if (loops.isIrreducible()) {
            sweeps.ofHeader.clear();
        }
        return sweeps;
    }

    public boolean isEmpty() {
        return ofHeader.isEmpty();
    }

    /** The sweep that a block is the header of, or null. */
    public @Nullable Sweep of(Block header) {
        return ofHeader.get(header);
    }

    /** Whether a block is what a sweep does. */
    public boolean isBody(Block block) {
        return bodies.contains(block);
    }

    /** Whether a value is computed at most once in a call. */
    public boolean isFixed(Value value) {
        return fixed.contains(value);
    }

    /** All reachable blocks but those that sweeps do, each behind its dominators. */
    public List<Block> outside() {
        return outside;
    }
}
