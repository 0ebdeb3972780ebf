package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Comparisons of ints that hold in a block, and all that it dominates, because a branch before it has decided them. */
final class DominatingFacts {
    /** {@code left op right} holds in {@code block}; {@code op} is one of eq, ne, lt, le. */
    record Fact(OpCode opCode, Value left, Value right, Block block) {}

    /** An element of {@code array} at {@code index} was read or written without an exception by {@code instruction}. */
    record Access(Value array, Value index, Instruction instruction) {}

    private final Map<Value, List<Fact>> facts = new HashMap<>();
    private final Map<Value, List<Access>> accesses = new HashMap<>();
    /** Where instructions that access elements stood when this was made; blocks may be long, so they are not searched. */
    private final Map<Instruction, Position> positions = new HashMap<>();

    private final Dominators dominators;

    private record Position(Block block, int index) {}

    DominatingFacts(Dominators dominators) {
        this.dominators = dominators;
        for (Block block : dominators.order().blocks()) {
            if (block.terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _)
                    && ifTrue.target() != ifFalse.target()) {
                learn(condition, true, ifTrue.target());
                learn(condition, false, ifFalse.target());
            }
            int index = 0;
            for (Instruction instruction : block.instructions()) {
                index++;
                if (instruction.opCode() == OpCode.ARRAY_LOAD || instruction.opCode() == OpCode.ARRAY_STORE) {
                    Multimaps.list(accesses, instruction.operand(1))
                            .add(new Access(instruction.operand(0), instruction.operand(1), instruction));
                    positions.put(instruction, new Position(block, index));
                }
            }
        }
    }

    private void learn(Value condition, boolean truth, Block block) {
        Instruction test = condition.definition();
        if (test == null
                || !test.opCode().isComparison()
                || test.operand(0).type().kind() != Type.Kind.INT
                || dominators.order().predecessors(block).size() != 1) {
            return;
        }
        Value left = test.operand(0);
        Value right = test.operand(1);
        Fact fact = switch (test.opCode()) {
            case EQ -> new Fact(truth ? OpCode.EQ : OpCode.NE, left, right, block);
            case NE -> new Fact(truth ? OpCode.NE : OpCode.EQ, left, right, block);
            case LT -> truth ? new Fact(OpCode.LT, left, right, block) : new Fact(OpCode.LE, right, left, block);
            case LE -> truth ? new Fact(OpCode.LE, left, right, block) : new Fact(OpCode.LT, right, left, block);
            case GT -> truth ? new Fact(OpCode.LT, right, left, block) : new Fact(OpCode.LE, left, right, block);
            default -> truth ? new Fact(OpCode.LE, right, left, block) : new Fact(OpCode.LT, left, right, block);
        };
        Multimaps.list(facts, left).add(fact);
        if (right != left) {
            Multimaps.list(facts, right).add(fact);
        }
    }

    /** The facts that name the value and hold in {@code block}. */
    List<Fact> of(Value value, Block block) {
        List<Fact> all = facts.get(value);
        if (all == null) {
            return List.of();
        }
        List<Fact> holding = new ArrayList<>();
        for (Fact fact : all) {
            if (dominators.dominates(fact.block(), block)) {
                holding.add(fact);
            }
        }
        return holding;
    }

    /** The accesses with this index that are past without an exception once {@code block} is entered, or {@code before} is reached. */
    List<Access> accesses(Value index, Block block, @Nullable Instruction before) {
        List<Access> all = accesses.get(index);
        if (all == null) {
            return List.of();
        }
        List<Access> past = new ArrayList<>();
        for (Access access : all) {
            Block of = access.instruction().block();
            if (of == null || access.instruction() == before) {
                continue;
            }
            if (of == block) {
                if (before != null && before.block() == block && precedes(access.instruction(), before, block)) {
                    past.add(access);
                }
            } else if (dominators.dominates(of, block) && dominators.isReachedOnlyWithoutException(of, block)) {
                past.add(access);
            }
        }
        return past;
    }

    private boolean precedes(Instruction first, Instruction second, Block block) {
        Position one = positions.get(first);
        Position other = positions.get(second);
        if (one != null && other != null && one.block() == block && other.block() == block) {
            return one.index() < other.index();
        }
        return block.instructions().indexOf(first) < block.instructions().indexOf(second);
    }
}
