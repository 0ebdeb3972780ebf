package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.OpCode.Effect;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which results stay on the operand stack until their only use, and in which order the others are computed.
 *
 * <p>A result stays on the stack if it is used once, in its own block, and if computing it just before its user swaps no two
 * instructions of which one may notice the other. What is left are the roots of expression trees, in order. Constants are not scheduled at
 * all but computed again at each use. Instructions whose results nobody needs, and block parameters that nobody reads, are dropped.
 */
final class TreeSchedule {
    /** Bounds on the trees, for the sake of the recursion that emits them, and of the time to find them. */
    private static final int MAX_DEPTH = 60;

    private static final int MAX_SIZE = 250;
    private static final int MAX_DISTANCE = 100;

    private final ValueSet live = new ValueSet();
    /** Used at least once, and more often. */
    private final ValueSet used = new ValueSet();

    private final ValueSet usedOften = new ValueSet();
    private final ValueSet onStack = new ValueSet();
    private final Map<Block, List<Instruction>> roots = new HashMap<>();
    /** The place of the instruction with this result among those of its block that are emitted. */
    private final ValueMap<Integer> positions = new ValueMap<>();

    TreeSchedule(BlockOrder order) {
        markLive(order);
        countUses(order);
        for (Block block : order.blocks()) {
            roots.put(block, new BlockScheduler(block).schedule());
        }
    }

    /** Whether any emitted code reads the value. */
    boolean isLive(Value value) {
        return live.contains(value);
    }

    boolean isOnStack(Value value) {
        return onStack.contains(value);
    }

    /** Whether the value lives in a local variable: everything that is read, not on the stack and not a constant. */
    boolean needsLocal(Value value) {
        return live.contains(value) && !onStack.contains(value) && !isConstant(value);
    }

    /** The instructions to emit in order; those whose results stay on the stack are emitted as operands. */
    List<Instruction> roots(Block block) {
        return roots.get(block);
    }

    /** Whether the value is computed anew at each use. */
    static boolean isConstant(Value value) {
        Instruction definition = value.definition();
        return definition != null && isConstant(definition);
    }

    static boolean isConstant(Instruction instruction) {
        return instruction.opCode() == OpCode.CONSTANT || instruction.opCode() == OpCode.EMBED;
    }

    private boolean isEmitted(Instruction instruction) {
        if (isConstant(instruction) || instruction.opCode() == OpCode.NULL_CHECK && instruction.isProved()) {
            return false;
        }
        return !instruction.isRemovable() || instruction.result() != null && live.contains(instruction.value());
    }

    private void markLive(BlockOrder order) {
        ValueMap<List<Value>> passed = new ValueMap<>();
        Deque<Value> open = new ArrayDeque<>();
        for (Block block : order.blocks()) {
            for (Edge edge : block.terminator().edges()) {
                passedTo(edge, 0, passed);
            }
            if (BlockOrder.usesHandlers(block)) {
                block.handlers().forEach(handler -> passedTo(handler.edge(), 1, passed));
            }
            for (Instruction instruction : block.instructions()) {
                if (!isConstant(instruction)
                        && !instruction.isRemovable()
                        && !(instruction.opCode() == OpCode.NULL_CHECK && instruction.isProved())) {
                    open.addAll(instruction.operands());
                }
            }
            open.addAll(block.terminator().operands());
        }
        while (!open.isEmpty()) {
            Value value = open.pop();
            if (live.add(value)) {
                Instruction definition = value.definition();
                if (definition != null) {
                    open.addAll(definition.operands());
                } else {
                    open.addAll(passed.getOrDefault(value, List.of()));
                }
            }
        }
    }

    private static void passedTo(Edge edge, int firstParameter, ValueMap<List<Value>> passed) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Multimaps.list(passed, edge.target().parameter(i + firstParameter))
                    .add(edge.arguments().get(i));
        }
    }

    private void countUses(BlockOrder order) {
        for (Block block : order.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (isEmitted(instruction)) {
                    use(instruction.operands());
                }
            }
            use(block.terminator().operands());
            // What edges pass is stored in local variables; two uses keep it off the stack.
            for (Edge edge : BlockOrder.edges(block)) {
                for (Value argument : edge.arguments()) {
                    usedOften.add(argument);
                }
            }
        }
    }

    private void use(List<Value> values) {
        for (Value value : values) {
            use(value);
        }
    }

    private void use(Value value) {
        if (!used.add(value)) {
            usedOften.add(value);
        }
    }

    /** Whether exchanging the two instructions cannot be noticed. */
    private static boolean commute(Instruction left, Instruction right) {
        if (left.isPure() || right.isPure()) {
            return true;
        }
        boolean leftActs = acts(left);
        boolean rightActs = acts(right);
        return !(leftActs && rightActs
                || leftActs && right.opCode().effect() == Effect.READ
                || rightActs && left.opCode().effect() == Effect.READ
                || left.mayThrow() && (rightActs || right.mayThrow())
                || right.mayThrow() && leftActs);
    }

    private static boolean acts(Instruction instruction) {
        return switch (instruction.opCode().effect()) {
            case WRITE, CALL -> true;
            case PURE, READ, ALLOCATE -> false;
        };
    }

    private final class BlockScheduler {
        private final Block block;
        private final List<Instruction> list = new ArrayList<>();
        private final boolean[] absorbed;
        private final List<Integer> tree = new ArrayList<>();

        BlockScheduler(Block block) {
            this.block = block;
            for (Instruction instruction : block.instructions()) {
                if (isEmitted(instruction)) {
                    if (instruction.result() != null) {
                        positions.put(instruction.value(), list.size());
                    }
                    list.add(instruction);
                }
            }
            absorbed = new boolean[list.size()];
        }

        List<Instruction> schedule() {
            absorb(block.terminator().operands(), list.size(), 0, false);
            for (int i = list.size() - 1; i >= 0; i--) {
                if (!absorbed[i]) {
                    tree.clear();
                    absorbOperands(list.get(i), i, 0, false);
                }
            }
            List<Instruction> result = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                if (!absorbed[i]) {
                    result.add(list.get(i));
                }
            }
            return result;
        }

        private void absorbOperands(Instruction user, int root, int depth, boolean pureOnly) {
            if (user.opCode() == OpCode.SELECT) {
                // The two choices are emitted into the arms of a branch, of which one is not executed.
                absorb(user.operands().subList(1, 3), root, depth, true);
                absorb(user.operands().subList(0, 1), root, depth, pureOnly);
            } else {
                absorb(user.operands(), root, depth, pureOnly);
            }
        }

        private void absorb(List<Value> operands, int root, int depth, boolean pureOnly) {
            for (Value operand : operands.reversed()) {
                Instruction definition = operand.definition();
                Integer position = definition == null || definition.block() != block ? null : positions.get(operand);
                if (position == null
                        || definition == null
                        || usedOften.contains(operand)
                        || position >= root
                        || depth >= MAX_DEPTH
                        || tree.size() >= MAX_SIZE
                        || pureOnly && !definition.isPure()
                        || !mayMove(definition, position, root)) {
                    continue;
                }
                absorbed[position] = true;
                tree.add(position);
                onStack.add(operand);
                absorbOperands(definition, root, depth + 1, pureOnly);
            }
        }

        private boolean mayMove(Instruction moved, int position, int root) {
            if (moved.isPure()) {
                return true;
            }
            if (root - position > MAX_DISTANCE) {
                return false;
            }
            for (int i = position + 1; i < root; i++) {
                if (!absorbed[i] && !commute(moved, list.get(i))) {
                    return false;
                }
            }
            for (int i : tree) {
                if (i < position && !commute(moved, list.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }
}
