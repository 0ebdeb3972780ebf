package dev.jacobi.optimize;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the control-flow graph smaller: decides branches and switches on constants or between equal edges, drops handlers that
 * cannot be reached, leads edges past blocks that only jump, and merges a block with the only one that leads to it.
 *
 * <p>Undoes preheaders and split edges; {@link CanonicalizeLoops} and {@link SplitCriticalEdges} make them again.
 */
public final class SimplifyControlFlow {
    private SimplifyControlFlow() {}

    public static boolean run(Function function) {
        boolean changed = false;
        for (Block block : function.blocks()) {
            changed |= decide(block);
            changed |= dropHandlers(block);
        }
        changed |= EliminateDeadCode.removeUnreachable(function);
        changed |= skipJumps(function);
        for (Block block : function.blocks()) {
            changed |= decide(block);
        }
        changed |= merge(function);
        return changed;
    }

    private static boolean decide(Block block) {
        Terminator decided = block.terminator();
        if (decided instanceof Branch branch) {
            decided = decide(branch);
        } else if (decided instanceof Switch choice) {
            decided = decide(choice);
        }
        if (decided == block.terminator()) {
            return false;
        }
        block.setTerminator(decided);
        return true;
    }

    private static Terminator decide(Branch branch) {
        if (branch.ifTrue().equals(branch.ifFalse())) {
            return new Jump(branch.ifTrue(), branch.position());
        }
        if (constant(branch.condition()) instanceof Integer condition) {
            return new Jump(condition != 0 ? branch.ifTrue() : branch.ifFalse(), branch.position());
        }
        return branch;
    }

    private static Terminator decide(Switch choice) {
        if (constant(choice.selector()) instanceof Integer selector) {
            return new Jump(choice.cases().getOrDefault(selector, choice.otherwise()), choice.position());
        }
        for (Edge edge : choice.cases().values()) {
            if (!edge.equals(choice.otherwise())) {
                return choice;
            }
        }
        return new Jump(choice.otherwise(), choice.position());
    }

    private static Object constant(Value value) {
        return value.isResultOf(OpCode.CONSTANT) ? value.definition().attribute() : null;
    }

    private static boolean dropHandlers(Block block) {
        List<Handler> handlers = block.handlers();
        if (handlers.isEmpty()) {
            return false;
        }
        List<Handler> kept = new ArrayList<>();
        if (Throwing.mayThrow(block)) {
            for (Handler handler : handlers) {
                kept.add(handler);
                if (handler.catchType() == null) {
                    break;
                }
            }
        }
        if (kept.size() == handlers.size()) {
            return false;
        }
        block.setHandlers(kept);
        return true;
    }

    /** Leads edges past blocks that hold nothing but a jump. */
    private static boolean skipJumps(Function function) {
        List<Block> jumping = new ArrayList<>();
        Set<Block> targetsOfHandlers = new HashSet<>();
        for (Block block : function.blocks()) {
            if (block != function.entry()
                    && block.instructions().isEmpty()
                    && block.terminator() instanceof Jump(Edge edge, var _)
                    && edge.target() != block) {
                jumping.add(block);
            }
            for (Handler handler : block.handlers()) {
                targetsOfHandlers.add(handler.edge().target());
            }
        }
        List<Block> candidates = new ArrayList<>();
        Uses uses = null;
        for (Block block : jumping) {
            if (targetsOfHandlers.contains(block)) {
                continue;
            }
            if (!block.parameters().isEmpty()) {
                uses = uses == null ? Uses.of(function) : uses;
                if (isUsedElsewhere(block, uses)) {
                    continue;
                }
            }
            candidates.add(block);
        }
        // Only parameters used by the jump itself: where the jump is skipped, they do not exist.
        Map<Block, Edge> skipped = new HashMap<>();
        for (Block block : candidates) {
            Edge edge = ((Jump) block.terminator()).edge();
            Set<Block> seen = new HashSet<>(Set.of(block));
            while (skipped.containsKey(edge.target()) && seen.add(edge.target())) {
                edge = through(edge, skipped.get(edge.target()));
            }
            if (edge.target() != block) {
                skipped.put(block, edge);
            }
        }
        if (skipped.isEmpty()) {
            return false;
        }
        for (Block block : function.blocks()) {
            if (leadsTo(block, skipped)) {
                block.setTerminator(block.terminator().mapEdges(edge -> past(edge, skipped)));
            }
        }
        EliminateDeadCode.removeUnreachable(function);
        return true;
    }

    private static boolean leadsTo(Block block, Map<Block, Edge> skipped) {
        for (Edge edge : block.terminator().edges()) {
            if (skipped.containsKey(edge.target())) {
                return true;
            }
        }
        return false;
    }

    /** Where an edge leads past blocks that only jump. */
    private static Edge past(Edge edge, Map<Block, Edge> skipped) {
        Edge current = edge;
        Set<Block> seen = new HashSet<>();
        while (skipped.containsKey(current.target()) && seen.add(current.target())) {
            current = through(current, skipped.get(current.target()));
        }
        return current;
    }

    private static boolean isUsedElsewhere(Block block, Uses uses) {
        for (Value parameter : block.parameters()) {
            for (Use use : uses.of(parameter)) {
                if (use.block() != block) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The way of {@code jump}, which leaves the target of {@code edge}, taken at once. */
    private static Edge through(Edge edge, Edge jump) {
        List<Value> parameters = edge.target().parameters();
        if (parameters.isEmpty()) {
            return jump;
        }
        Map<Value, Value> given = new HashMap<>();
        for (int index = 0; index < parameters.size(); index++) {
            given.put(parameters.get(index), edge.arguments().get(index));
        }
        return jump.map(value -> given.getOrDefault(value, value));
    }

    private static boolean merge(Function function) {
        int[] entries = new int[function.blockLimit()];
        for (Block block : function.blocks()) {
            for (Edge edge : block.edges()) {
                entries[edge.target().id()]++;
            }
        }
        ValueMap<Value> replacements = new ValueMap<>();
        Set<Block> merged = new HashSet<>();
        for (Block block : function.blocks()) {
            if (!(block.terminator() instanceof Jump(Edge first, var _))
                    || entries[first.target().id()] != 1
                    || merged.contains(block)) {
                continue;
            }
            List<Instruction> instructions = null;
            boolean throwing = Throwing.anyInstruction(block);
            while (block.terminator() instanceof Jump(Edge edge, var _)
                    && edge.target() != block
                    && entries[edge.target().id()] == 1
                    && isMergeable(block, throwing, edge.target())) {
                Block next = edge.target();
                if (instructions == null) {
                    instructions = new ArrayList<>(block.instructions());
                }
                for (int index = 0; index < edge.arguments().size(); index++) {
                    replacements.put(next.parameter(index), edge.arguments().get(index));
                }
                instructions.addAll(next.instructions());
                boolean nextThrows = Throwing.anyInstruction(next);
                if (!throwing) {
                    block.setHandlers(next.handlers());
                }
                throwing |= nextThrows;
                next.setInstructions(List.of());
                block.setTerminator(next.terminator());
                merged.add(next);
            }
            if (instructions != null) {
                block.setInstructions(instructions);
            }
        }
        if (merged.isEmpty()) {
            return false;
        }
        List<Block> kept = new ArrayList<>(function.blocks());
        kept.removeAll(merged);
        function.retainBlocks(kept);
        function.replaceValues(replacements);
        return true;
    }

    /** Whether the same handlers see the same exceptions after the two have become one. */
    private static boolean isMergeable(Block block, boolean throwing, Block next) {
        if (!throwing) {
            return true;
        }
        if (block.handlers().isEmpty()) {
            return next.handlers().isEmpty() || !Throwing.mayThrow(next);
        }
        // What throws must stay the last instruction, and nothing else may come to throw under its handlers.
        return next.instructions().isEmpty() && !(next.terminator() instanceof Terminator.Throw);
    }
}
