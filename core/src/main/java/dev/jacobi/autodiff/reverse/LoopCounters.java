package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each reversed loop a counter, its own induction variable where it steps by one, and each way out of the loop a name for what the counter is
 * there. Where a comparison of the counter with an invariant decides the exit, that is computed from the invariant, so it need not be stored.
 */
final class LoopCounters {
    /**
     * @param value the counter, a parameter of the loop's header
     * @param initial what it is in the first iteration
     * @param step 1 or -1
     * @param atExit what it is when the loop is left, for each exit block
     * @param knownAtEntry whether the loop has one exit, and what the counter is there is computed before the loop: in its preheader, or in that
     *     of a loop around which it is the same in all iterations
     */
    record Counter(Value value, Value initial, int step, Map<Block, Value> atExit, boolean knownAtEntry) {
        /** What the counter is at the only exit of a loop that is {@code knownAtEntry}. */
        Value last() {
            return atExit.values().iterator().next();
        }

        /** What it is there if such a loop runs at all. */
        Value bound() {
            return Objects.requireNonNull(last().definition()).operand(1);
        }
    }

    private final Map<Loop, Counter> counters = new HashMap<>();
    /** What counters are at an exit, computed of a limit that they cannot pass. */
    private final Set<Value> bounds = new HashSet<>();

    /** Changes the function of the loops. */
    static LoopCounters add(ReverseFlow flow) {
        LoopCounters counters = new LoopCounters();
        for (Loop loop : flow.loops()) {
            counters.counters.put(loop, counters.counter(flow, loop));
        }
        return counters;
    }

    Counter of(Loop loop) {
        Counter counter = counters.get(loop);
        if (counter == null) {
            throw Refusals.internal(loop + " has no counter");
        }
        return counter;
    }

    private Counter counter(ReverseFlow flow, Loop loop) {
        Block header = loop.header();
        Edge entering = ReverseFlow.edge(preheader(loop), header);
        Edge latch = ReverseFlow.edge(latch(loop), header);
        for (int index = 0; index < header.parameters().size(); index++) {
            Value parameter = header.parameter(index);
            int step = step(parameter, latch.arguments().get(index));
            if (step != 0) {
                return withExits(flow, loop, parameter, entering.arguments().get(index), step);
            }
        }
        Value parameter = header.addParameter(Type.LONG);
        Value zero = constant(preheader(loop), 0);
        preheader(loop).mapEdges(edge -> edge.plus(zero));
        Value one = constant(latch(loop), 1);
        Value next =
                latch(loop).append(ADD, null, List.of(parameter, one), null).value();
        latch(loop).mapEdges(edge -> edge.plus(next));
        return withExits(flow, loop, parameter, zero, 1);
    }

    private static Block preheader(Loop loop) {
        Block preheader = loop.preheader();
        if (preheader == null) {
            throw Refusals.internal(loop + " has no preheader");
        }
        return preheader;
    }

    private static Block latch(Loop loop) {
        Block latch = loop.latch();
        if (latch == null) {
            throw Refusals.internal(loop + " has no latch");
        }
        return latch;
    }

    private static Value constant(Block block, long number) {
        return block.append(CONSTANT, number, List.of(), null).value();
    }

    /** By how much an int grows in each iteration if it is 1 or -1, else 0. */
    private static int step(Value parameter, Value next) {
        Instruction definition = next.definition();
        if (definition == null || !parameter.type().equals(Type.INT)) {
            return 0;
        }
        boolean subtracts = definition.opCode() == SUB;
        if (definition.opCode() != ADD && !subtracts) {
            return 0;
        }
        Value other = definition.operand(1);
        if (definition.operand(0) != parameter) {
            if (subtracts || definition.operand(1) != parameter) {
                return 0;
            }
            other = definition.operand(0);
        }
        if (Constants.isInt(other, 1)) {
            return subtracts ? -1 : 1;
        }
        return Constants.isInt(other, -1) ? subtracts ? 1 : -1 : 0;
    }

    private Counter withExits(ReverseFlow flow, Loop loop, Value counter, Value initial, int step) {
        Map<Block, Value> atExit = new LinkedHashMap<>();
        boolean knownAtEntry = false;
        Dominators dominators = flow.loopForest().dominators();
        for (Block exit : flow.exits(loop)) {
            Block source = flow.exitSource(loop, exit);
            boolean everyIteration =
                    flow.loopForest().loopOf(source) == loop && dominators.dominates(source, latch(loop));
            // What is computed before the loop must be there after it, in the same iteration of a loop around.
            boolean before = flow.loopForest().loopOf(exit) == loop.parent();
            Value computed = everyIteration ? computed(flow, loop, source, exit, before, counter, initial, step) : null;
            knownAtEntry = before && computed != null && bounds.contains(computed);
            if (computed == null) {
                Value parameter = exit.addParameter(counter.type());
                flow.leaving(loop, exit).passMore(exit, List.of(counter));
                computed = parameter;
            }
            atExit.put(exit, computed);
        }
        return new Counter(counter, initial, step, atExit, knownAtEntry && atExit.size() == 1);
    }

    /**
     * The first number of the counter with which the comparison lets the loop end, or null if it cannot be told.
     *
     * @param before whether it is computed before the loop, as far out as it can be; else in the exit
     */
    private @Nullable Value computed(
            ReverseFlow flow,
            Loop loop,
            Block source,
            Block exit,
            boolean before,
            Value counter,
            Value initial,
            int step) {
        if (!(source.terminator() instanceof Branch(Value condition, Edge ifTrue, var _, var position))
                || condition.definition() == null
                || !condition.definition().opCode().isComparison()) {
            return null;
        }
        Instruction comparison = condition.definition();
        OpCode opCode = ifTrue.target() == exit ? comparison.opCode() : negated(comparison.opCode());
        Value limit = comparison.operand(1);
        if (comparison.operand(0) != counter) {
            if (comparison.operand(1) != counter) {
                return null;
            }
            limit = comparison.operand(0);
            opCode = swapped(opCode);
        }
        if (!isSame(limit, loop)) {
            return null;
        }
        if (opCode == EQ) {
            return limit;
        }
        Loop outermost = before ? outermostSame(flow, loop, initial, limit) : loop;
        Emitter emitter = before
                ? Emitter.appendingTo(preheader(outermost), position)
                : new Emitter(exit.function(), new InsertAtStart(exit)::insert, position);
        limit = Constants.outOf(outermost, limit, emitter);
        Value start = Constants.outOf(outermost, initial, emitter);
        Value bound = limit;
        if (opCode == GT && step > 0) {
            bound = emitter.value(ADD, null, limit, emitter.constant(Type.INT, 1));
        } else if (opCode == LT && step < 0) {
            bound = emitter.value(SUB, null, limit, emitter.constant(Type.INT, 1));
        } else if (!(opCode == GE && step > 0) && !(opCode == LE && step < 0)) {
            return null;
        }
        Value first = emitter.value(step > 0 ? LT : GT, null, start, bound);
        Value last = emitter.value(SELECT, null, first, bound, start);
        bounds.add(last);
        return last;
    }

    /** The outermost loop in all of whose iterations a loop runs as often as it does in any, from the same start to the same limit. */
    private static Loop outermostSame(ReverseFlow flow, Loop loop, Value initial, Value limit) {
        Dominators dominators = flow.loopForest().dominators();
        Loop outermost = loop;
        for (Loop around = loop.parent(); around != null; around = around.parent()) {
            if (!flow.isReversed(around)
                    || !isSame(initial, around)
                    || !isSame(limit, around)
                    || !dominators.dominates(outermost.header(), latch(around))) {
                return outermost;
            }
            outermost = around;
        }
        return outermost;
    }

    private static boolean isSame(Value value, Loop loop) {
        return Constants.isConstant(value) || !loop.contains(value.block());
    }

    private static final class InsertAtStart {
        private final Block block;
        private int index;

        InsertAtStart(Block block) {
            this.block = block;
        }

        void insert(Instruction instruction) {
            block.insert(index++, instruction);
        }
    }

    private static OpCode negated(OpCode comparison) {
        return switch (comparison) {
            case EQ -> NE;
            case NE -> EQ;
            case LT -> GE;
            case GE -> LT;
            case GT -> LE;
            default -> GT;
        };
    }

    private static OpCode swapped(OpCode comparison) {
        return switch (comparison) {
            case LT -> GT;
            case GT -> LT;
            case LE -> GE;
            case GE -> LE;
            default -> comparison;
        };
    }
}
