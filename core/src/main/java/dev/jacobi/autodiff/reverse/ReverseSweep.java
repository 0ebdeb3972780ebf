package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.autodiff.reverse.ReverseFlow.Landing;
import dev.jacobi.autodiff.reverse.ReverseFlow.Step;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the reverse blocks: one for each block that {@link ReverseFlow} passes, and one for each reversed loop that needs a dispatch. */
final class ReverseSweep implements AdjointRules.Target {
    private final Function output;
    private final SsaVariables<Variable> variables;
    private final ActivityAnalysis activity;
    private final AdjointRules rules;
    private final Plans plans;
    private final Tape tape;
    private final LoopRecords loopRecords;
    private final Zeros zeros;
    private final Map<Value, Value> copies;
    private final Map<Block, Block> reverses = new LinkedHashMap<>();
    private final Map<Loop, Block> dispatches = new LinkedHashMap<>();
    private final Map<Value, Value> cache = new HashMap<>();
    private @Nullable Block here;
    private Block current;
    private @Nullable SourcePosition position;

    /** What was planned before code is made. */
    record Plans(
            ReverseFlow flow,
            LoopCounters counters,
            LoopExtents extents,
            Decisions decisions,
            Recomputation recomputation,
            StoragePlan storage,
            Map<Instruction, FollowedCall> calls) {}

    /** @param copies the values in this function of primal values that are carried */
    ReverseSweep(Workplace place, SweepPlan plan, Map<Value, Value> copies) {
        this.output = place.function();
        this.variables = place.variables();
        this.activity = plan.activity();
        this.rules = plan.rules();
        this.plans = plan.plans();
        this.tape = place.tape();
        this.loopRecords = place.loopRecords();
        this.zeros = place.zeros();
        this.copies = copies;
        this.current = output.entry();
    }

    /** The block where the reverse sweep starts, which is empty before {@link #run}. */
    Block start(Block returning) {
        return reverse(returning);
    }

    /**
     * Makes all reverse blocks.
     *
     * @param seed makes code at the start
     * @param end makes code and terminator at the end, in the block that it is given
     */
    void run(Block returning, Consumer<AdjointRules.Target> seed, Consumer<Block> end) {
        for (Block block : plans.flow().blocks()) {
            here = block;
            current = reverse(block);
            cache.clear();
            position = block.terminator().position();
            if (loopRecords.contains(block)) {
                loopRecords.pop(block, current);
            } else {
                tape.pop(current, plans.storage().record(block));
            }
            if (block == returning) {
                seed.accept(this);
            }
            for (Instruction instruction : block.instructions().reversed()) {
                position = instruction.position();
                rules.emit(instruction, this);
            }
            position = block.terminator().position();
            leave(block, end);
        }
        for (Map.Entry<Loop, Block> dispatch : dispatches.entrySet()) {
            dispatch(dispatch.getKey(), dispatch.getValue());
        }
    }

    private Block reverse(Block block) {
        Block reverse = reverses.get(block);
        if (reverse == null) {
            reverse = output.newBlock();
            reverses.put(block, reverse);
        }
        return reverse;
    }

    private void leave(Block block, Consumer<Block> end) {
        switch (plans.flow().step(block)) {
            case Step.End() -> end.accept(current);
            case Step.Skip(Block dominator) ->
                jump(reverse(plans.flow().landing(block, dominator).target()));
            case Step.Along(Block predecessor) -> {
                pass(takeParameters(block), predecessor, block);
                Landing landing = plans.flow().landing(block, predecessor);
                for (Loop loop : landing.entered()) {
                    Counter counter = plans.counters().of(loop);
                    Value atExit =
                            primal(Objects.requireNonNull(counter.atExit().get(block)));
                    variables.write(new Variable.Primal(counter.value()), current, atExit);
                }
                for (Loop loop : landing.entered()) {
                    loopRecords.enter(loop, current, this::primal);
                }
                for (Value value : plans.storage().recomputedAtExit(block)) {
                    variables.write(new Variable.Primal(value), current, recompute(value));
                }
                current.setTerminator(new Jump(enter(landing, 0, block), position));
            }
            case Step.Merge(List<Block> predecessors) -> merge(block, predecessors);
            case Step.Header(Loop loop, Block preheader, Block latch) -> header(block, loop, preheader, latch);
        }
    }

    private void jump(Block target) {
        current.setTerminator(new Jump(Edge.to(target), position));
    }

    /** The edge to a landing, through the dispatches of the loops from number {@code depth} on. */
    private Edge enter(Landing landing, int depth, Block exit) {
        if (depth == landing.entered().size()) {
            return Edge.to(reverse(landing.target()));
        }
        Loop loop = landing.entered().get(depth);
        if (!plans.flow().needsDispatch(loop)) {
            return enter(landing, depth + 1, exit);
        }
        int number = plans.flow().exits(loop).indexOf(exit);
        Value constant = Emitter.appendingTo(current, position).constant(Type.INT, number);
        return Edge.to(dispatchOf(loop), constant);
    }

    private Block dispatchOf(Loop loop) {
        return dispatches.computeIfAbsent(loop, _ -> {
            Block block = output.newBlock();
            block.addParameter(Type.INT);
            return block;
        });
    }

    /** Goes to the block that the last iteration ended with, by the number of its exit, and in the others to the latch. */
    private void dispatch(Loop loop, Block dispatch) {
        List<Block> exits = plans.flow().exits(loop);
        Block latch = Objects.requireNonNull(loop.latch());
        TreeMap<Integer, Edge> cases = new TreeMap<>();
        current = dispatch;
        position = loop.header().terminator().position();
        for (int number = 0; number < exits.size(); number++) {
            Block exit = exits.get(number);
            Landing landing = plans.flow().landing(exit, plans.flow().exitSource(loop, exit));
            int depth = landing.entered().indexOf(loop);
            cases.put(number, enter(landing, depth + 1, exit));
        }
        dispatch.setTerminator(new Switch(dispatch.parameter(0), cases, Edge.to(reverse(latch)), position));
    }

    private Map<Value, Value> takeParameters(Block block) {
        Map<Value, Value> taken = new LinkedHashMap<>();
        for (Value parameter : block.parameters()) {
            if (activity.isActive(parameter)) {
                Value adjoint = takeAdjoint(parameter);
                if (adjoint != null) {
                    taken.put(parameter, adjoint);
                }
            }
        }
        return taken;
    }

    /** Adds the adjoints of the parameters to those of the arguments that the edge from a predecessor gave. */
    private void pass(Map<Value, Value> adjoints, Block predecessor, Block block) {
        if (adjoints.isEmpty()) {
            return;
        }
        List<Value> arguments = ReverseFlow.edge(predecessor, block).arguments();
        int exceptions = block.parameters().size() - arguments.size();
        for (Map.Entry<Value, Value> entry : adjoints.entrySet()) {
            Value argument = arguments.get(block.parameters().indexOf(entry.getKey()) - exceptions);
            if (activity.isActive(argument)) {
                addToAdjoint(argument, entry.getValue());
            }
        }
    }

    private void merge(Block block, List<Block> predecessors) {
        Map<Value, Value> adjoints = takeParameters(block);
        Decisions.Decision decision = plans.decisions().of(block);
        Value value = primal(decision.value());
        Block deciding = current;
        List<Edge> edges = new ArrayList<>();
        for (Block predecessor : decision.predecessors()) {
            current = output.newBlock();
            pass(adjoints, predecessor, block);
            jump(reverse(plans.flow().landing(block, predecessor).target()));
            edges.add(Edge.to(current));
        }
        if (edges.size() != predecessors.size()) {
            throw Refusals.internal("the decision at " + block + " does not know all predecessors");
        }
        if (decision.isCondition()) {
            deciding.setTerminator(new Branch(value, edges.getFirst(), edges.getLast(), position));
        } else if (edges.size() == 2) {
            deciding.setTerminator(new Branch(value, edges.getLast(), edges.getFirst(), position));
        } else {
            TreeMap<Integer, Edge> cases = new TreeMap<>();
            for (int number = 0; number < edges.size() - 1; number++) {
                cases.put(number, edges.get(number));
            }
            deciding.setTerminator(new Switch(value, cases, edges.getLast(), position));
        }
    }

    private void header(Block header, Loop loop, Block preheader, Block latch) {
        Map<Value, Value> adjoints = takeParameters(header);
        Counter counter = plans.counters().of(loop);
        Value now = primal(counter.value());
        Value first = primal(counter.initial());
        Emitter emitter = emitter();
        // The counter never is beyond its start; HotSpot knows counted loops by an inequality.
        Value atStart = emitter.value(counter.step() > 0 ? LE : GE, null, now, first);
        Block deciding = current;

        Block out = output.newBlock();
        current = out;
        pass(adjoints, preheader, header);
        jump(reverse(preheader));

        Block on = output.newBlock();
        current = on;
        pass(adjoints, latch, header);
        Value one = emitter().constant(now.type(), 1);
        Instruction before = emitter().emit(counter.step() > 0 ? SUB : ADD, null, List.of(now, one));
        before.setUnorderedStep(loop.unorderedStep() != null);
        variables.write(new Variable.Primal(counter.value()), current, before.value());
        if (plans.flow().needsDispatch(loop)) {
            Value number = emitter().constant(Type.INT, -1);
            current.setTerminator(new Jump(Edge.to(dispatchOf(loop), number), position));
        } else {
            jump(reverse(latch));
        }
        deciding.setTerminator(new Branch(atStart, Edge.to(out), Edge.to(on), position));
    }

    @Override
    public Emitter emitter() {
        return Emitter.appendingTo(current, position);
    }

    @Override
    public Value primal(Value value) {
        Value known = cache.get(value);
        if (known != null) {
            return known;
        }
        Value found = switch (plans.storage().source(value)) {
            case CONSTANT -> {
                Instruction constant = Objects.requireNonNull(value.definition());
                yield emitter()
                        .emit(constant.opCode(), constant.attribute(), List.of())
                        .value();
            }
            case CARRIED ->
                isAlwaysThere(value)
                        ? Objects.requireNonNull(copies.get(value))
                        : variables.read(new Variable.Primal(value), current);
            case STORED, COUNTER -> variables.read(new Variable.Primal(value), current);
            case RECOMPUTED ->
                plans.storage().isRecomputedIn(value, Objects.requireNonNull(here))
                        ? recompute(value)
                        : variables.read(new Variable.Primal(value), current);
        };
        cache.put(value, found);
        return found;
    }

    private boolean isAlwaysThere(Value value) {
        Block returning = Objects.requireNonNull(plans.flow().returning());
        return plans.flow().existence().isAvailableAtEnd(value, returning);
    }

    /** Operands come first, from a list and not by recursion: chains of operations can be long. */
    private Value recompute(Value value) {
        List<Value> open = new ArrayList<>(List.of(value));
        while (true) {
            Value last = open.getLast();
            List<Value> missing = new ArrayList<>();
            for (Value operand : plans.recomputation().operands(last).orElseThrow()) {
                if (isRecomputedHere(operand)) {
                    missing.add(operand);
                }
            }
            if (!missing.isEmpty()) {
                open.addAll(missing.reversed());
                continue;
            }
            open.removeLast();
            if (!cache.containsKey(last)) {
                cache.put(last, plans.recomputation().emit(last, emitter(), this::primal));
            }
            if (open.isEmpty()) {
                return Objects.requireNonNull(cache.get(value));
            }
        }
    }

    private boolean isRecomputedHere(Value value) {
        return !cache.containsKey(value)
                && plans.storage().source(value) == StoragePlan.Source.RECOMPUTED
                && plans.storage().isRecomputedIn(value, Objects.requireNonNull(here));
    }

    @Override
    public @Nullable Value takeAdjoint(Value value) {
        Variable variable = new Variable.Adjoint(value);
        Value adjoint = variables.read(variable, current);
        Value zero = zeros.of(value.type());
        variables.write(variable, current, zero);
        return adjoint == zero ? null : adjoint;
    }

    @Override
    public void addToAdjoint(Value value, Value amount) {
        Variable variable = new Variable.Adjoint(value);
        Value before = variables.read(variable, current);
        variables.write(variable, current, before == zeros.of(value.type()) ? amount : sum(before, amount));
    }

    @Override
    public Value sum(Value adjoint, Value amount) {
        Instruction sum = emitter().emit(ADD, null, List.of(adjoint, amount));
        sum.setAdjointSum(true);
        return sum.value();
    }

    @Override
    public @Nullable Value call(Function reverse, List<Value> arguments) {
        tape.shareTops(emitter(), current);
        List<Value> operands = new ArrayList<>(List.of(tape.stacks()));
        operands.addAll(arguments);
        Value result = emitter().emit(INVOKE_FUNCTION, reverse, operands).result();
        tape.joinTops(emitter(), current);
        return result;
    }

    @Override
    public Value stacks() {
        return tape.stacks();
    }

    @Override
    public void ifPresent(Value reference, Runnable code) {
        Block then = output.newBlock();
        Block join = output.newBlock();
        Value absent = emitter().value(EQ, null, reference, emitter().nullReference());
        current.setTerminator(new Branch(absent, Edge.to(join), Edge.to(then), position));
        current = then;
        code.run();
        jump(join);
        current = join;
    }
}
