package dev.jacobi.batch;

import dev.jacobi.batch.MaskedOrder.Rounds;
import dev.jacobi.batch.MaskedOrder.Step;
import dev.jacobi.batch.Strip.Variable;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Goes on behind the blocks of {@link LaneLoops}, and passes what is the same for all lanes on to the parameters of the next ones. */
final class LaneEdges {
    private final Strip strip;
    private final Divergence divergence;
    private final Block finished;
    private final LoopMaker loops;
    private final Map<Block, Block> heads = new HashMap<>();
    /** What the next round gets for the parameters of loops that only some lanes are in: the blocks behind one that goes back to the header still read those of this round. */
    private final Map<Value, Variable> next = new HashMap<>();

    /** Makes loops over the lanes. */
    interface LoopMaker {
        /**
         * A loop over the lanes.
         *
         * @param block of whose instructions it does some
         * @param before where it is to be
         */
        LaneLoop of(Block block, Block before);
    }

    /** @param finished where a strip is done */
    LaneEdges(Strip strip, Divergence divergence, Block finished, LoopMaker loops) {
        this.strip = strip;
        this.divergence = divergence;
        this.finished = finished;
        this.loops = loops;
    }

    /** Takes note of where a block begins, or the region that it is in. */
    void begins(Block block, Block head) {
        heads.put(block, head);
    }

    Block head(Block block) {
        return Objects.requireNonNull(heads.get(block));
    }

    /** Finds the loops that only some lanes are in. */
    void findRounds(List<Step> steps) {
        for (Step step : steps) {
            if (step instanceof Rounds(Block header, List<Step> inside)) {
                for (Value parameter : header.parameters()) {
                    if (!divergence.isInLanes(parameter) && !strip.isKept(parameter)) {
                        next.put(parameter, new Variable(parameter.type()));
                    }
                }
                findRounds(inside);
            }
        }
    }

    /** Begins a round, with what it gets. */
    void beginRound(Block header, Block round) {
        for (Value parameter : header.parameters()) {
            Variable variable = next.get(parameter);
            if (variable != null && !strip.isKept(parameter)) {
                strip.write(parameter, round, strip.read(variable, round));
            }
        }
    }

    /** Whether something is done in each lane at the end of a block. */
    boolean endsInLanes(Block block) {
        return divergence.decidesInLanes(block)
                || switch (block.terminator()) {
                    case Return(Value value, var _) -> value != null && strip.results() != null;
                    case Jump(Edge edge, var _) -> movesInLanes(edge);
                    default -> false;
                };
    }

    private boolean movesInLanes(Edge edge) {
        return divergence.returns(edge.target())
                && (divergence.masked().isMasked(edge.target())
                        || edge.target().parameters().stream().anyMatch(divergence::isInLanes));
    }

    /** Goes on behind a block that all lanes go through. */
    void makeEnd(Block current, Block block) {
        Terminator terminator = block.terminator();
        SourcePosition position = terminator.position();
        if (divergence.decidesInLanes(block)) {
            List<Edge> ways = terminator.edges().stream()
                    .filter(edge -> divergence.returns(edge.target()))
                    .toList();
            passUniform(ways, current);
            Block next = ways.stream()
                    .map(Edge::target)
                    .filter(divergence.masked()::isMasked)
                    .findFirst()
                    .orElse(ways.getFirst().target());
            current.setTerminator(new Jump(Edge.to(head(next)), position));
            return;
        }
        current.setTerminator(
                switch (terminator) {
                    case Return _ -> new Jump(Edge.to(finished), position);
                    case Jump(Edge edge, var _) -> {
                        passUniform(List.of(edge), current);
                        yield new Jump(to(edge), position);
                    }
                    case Branch branch ->
                        new Branch(
                                strip.uniform(branch.condition(), current),
                                moving(block, branch.ifTrue()),
                                moving(block, branch.ifFalse()),
                                position);
                    case Switch choice -> {
                        SortedMap<Integer, Edge> cases = new TreeMap<>();
                        choice.cases().forEach((key, edge) -> cases.put(key, moving(block, edge)));
                        yield new Switch(
                                strip.uniform(choice.selector(), current),
                                cases,
                                moving(block, choice.otherwise()),
                                position);
                    }
                    case Throw _ -> new Jump(Edge.to(strip.outOfStep()), position);
                });
    }

    /** Passes what is the same for all examples that take an edge. */
    void passUniform(List<Edge> edges, Block current) {
        List<Value> parameters = new ArrayList<>();
        List<Value> passed = new ArrayList<>();
        for (Edge edge : edges) {
            for (int index = 0;
                    divergence.returns(edge.target())
                            && index < edge.arguments().size();
                    index++) {
                Value parameter = edge.target().parameter(index);
                if (!divergence.isInLanes(parameter) && !strip.isKept(parameter)) {
                    parameters.add(parameter);
                    passed.add(strip.uniform(edge.arguments().get(index), current));
                }
            }
        }
        for (int index = 0; index < passed.size(); index++) {
            Value parameter = parameters.get(index);
            Variable variable = next.get(parameter);
            strip.write(variable == null ? parameter : variable, current, passed.get(index));
        }
    }

    private Edge to(Edge edge) {
        return Edge.to(divergence.returns(edge.target()) ? head(edge.target()) : strip.outOfStep());
    }

    /** As {@link #to}, over a block, or a loop over the lanes, that passes values on if there are any. */
    private Edge moving(Block from, Edge edge) {
        if (!divergence.returns(edge.target()) || edge.arguments().isEmpty() && !movesInLanes(edge)) {
            return to(edge);
        }
        Block before = strip.function().newBlock();
        Block after = movesInLanes(edge) ? loops.of(from, before).make(List.of(), new Jump(edge, null)) : before;
        passUniform(List.of(edge), after);
        after.setTerminator(new Jump(to(edge), null));
        return Edge.to(before);
    }
}
