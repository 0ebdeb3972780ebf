package dev.jacobi.offload.extract;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A loop {@code for (int index = start; index < bound; index++)} of a parallel stream that is left by its test alone, or by an exception.
 *
 * @param region the loop's blocks, the header first, and those that only lead to exceptions
 * @param inside where a round begins
 * @param exit where the loop leads to when all rounds are done
 * @param reductions for each other parameter of the header, in order
 */
record ParallelLoop(
        Loop loop,
        InductionVariable variable,
        Value bound,
        Set<Block> region,
        Edge inside,
        Edge exit,
        List<Reduction> reductions) {

    /**
     * What a marked loop is.
     *
     * @throws Found if it is something else than a {@link ParallelLoop}
     */
    static ParallelLoop of(Loop loop, Function function) throws Found {
        SourcePosition position = positionOf(loop);
        TripCount count = TripCount.of(loop);
        Block preheader = loop.preheader();
        if (count == null
                || preheader == null
                || count.comparison() != OpCode.LT
                || count.variable().step() != 1
                || count.variable().parameter().type().kind() != Type.Kind.INT
                || !(loop.header().terminator() instanceof Branch branch)) {
            throw new Found("the number of its rounds is not known before the first", position);
        }
        // What comes before the test is done once more than there are rounds.
        if (!loop.header().instructions().stream().allMatch(Instruction::isPure)) {
            throw new Found("the number of its rounds is not known before the first", position);
        }
        boolean staysIfTrue = loop.contains(branch.ifTrue().target());
        Edge inside = staysIfTrue ? branch.ifTrue() : branch.ifFalse();
        Edge exit = staysIfTrue ? branch.ifFalse() : branch.ifTrue();
        Set<Block> region = new LinkedHashSet<>(loop.blocks());
        for (Loop.Exit other : loop.exits()) {
            if (other.byException()) {
                throw new Found("exceptions are caught in it or around it", position);
            }
            if (other.from() != loop.header()) {
                addThrowing(other.edge().target(), region, position);
            }
        }
        for (Block block : region) {
            if (!block.handlers().isEmpty()) {
                throw new Found("exceptions are caught in it or around it", position);
            }
        }
        ParallelLoop without = new ParallelLoop(loop, count.variable(), count.bound(), region, inside, exit, List.of());
        return new ParallelLoop(
                loop, count.variable(), count.bound(), region, inside, exit, without.findReductions(position));
    }

    private List<Reduction> findReductions(@Nullable SourcePosition position) throws Found {
        List<Reduction> found = new ArrayList<>();
        List<Value> next = backEdge().arguments();
        for (int index = 0; index < next.size(); index++) {
            Value parameter = loop.header().parameter(index);
            if (parameter == index()) {
                continue;
            }
            Reduction reduction = Reduction.of(parameter, next.get(index), this);
            if (reduction == null) {
                throw new Found("each round needs what the one before it has computed", position);
            }
            found.add(reduction);
        }
        return List.copyOf(found);
    }

    /** The edge from the latch to the header. */
    private Edge backEdge() {
        return Objects.requireNonNull(loop.latch()).edges().stream()
                .filter(edge -> edge.target() == loop.header())
                .findFirst()
                .orElseThrow();
    }

    /** The value that a parameter of the header has in the next round. */
    Value next(Value parameter) {
        return backEdge().arguments().get(loop.header().parameters().indexOf(parameter));
    }

    /** The value that a parameter of the header has in the first round. */
    Value initial(Value parameter) {
        int index = loop.header().parameters().indexOf(parameter);
        return Objects.requireNonNull(loop.preheader())
                .edges()
                .getFirst()
                .arguments()
                .get(index);
    }

    /** Adds blocks that lead to nothing but exceptions. */
    private static void addThrowing(Block block, Set<Block> region, @Nullable SourcePosition position) throws Found {
        if (!region.add(block)) {
            return;
        }
        if (block.terminator() instanceof Return || region.size() > 10_000) {
            throw new Found("it may end before all rounds are done", position);
        }
        for (Block next : block.successors()) {
            addThrowing(next, region, position);
        }
    }

    /** Where the loop is in the source, for messages. */
    static @Nullable SourcePosition positionOf(Loop loop) {
        Instruction step = loop.unorderedStep();
        return step == null ? null : step.position();
    }

    @Nullable
    SourcePosition position() {
        return positionOf(loop);
    }

    Value index() {
        return variable.parameter();
    }

    /** Whether a value is the same in all rounds. */
    boolean isInvariant(Value value) {
        return !region.contains(value.block());
    }

    List<Block> blocks() {
        return List.copyOf(region);
    }
}
