package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.LaneMasks.Active;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes one innermost loop over the lanes: part of the work of a block, and what is to be done in the lanes at its end. Lanes that do not go through the block compute what nobody reads;
 * what could throw there gets operands with which it does not.
 */
final class LaneLoop {
    private final Strip strip;
    private final Segments segments;
    private final LaneMasks masks;
    private final Divergence divergence;
    private final Map<Value, Value> stored = new LinkedHashMap<>();
    private final List<Total> totals = new ArrayList<>();
    private final Block block;
    private final Block before;
    private final @Nullable Value maskArray;
    private final Block header;
    private final Block inside;
    private final Value lane;
    private final Emitter emitter;
    private final LaneCode code;
    private final LaneElements elements;

    /** What the lanes give together, and how. */
    private record Total(Kind kind, @Nullable Active of, Value parameter, Value next) {}

    private enum Kind {
        /** How many lanes go to a block. */
        ACTIVE,
        /** Whether any lane leaves the others. */
        LEAVING,
        /** How much the lane needs that needs most. */
        MOST
    }

    /** A way out of the block, and a number that is 1 in the lanes that take it and else 0, or null if all take it. */
    private record Way(Edge edge, @Nullable Value taken) {}

    /**
     * Begins a loop.
     *
     * @param block whose work is done
     * @param before where the loop is appended
     * @param places where the elements of all lanes lie that an instruction loads or stores, if that is at the same place for all lanes
     */
    LaneLoop(
            Strip strip,
            Divergence divergence,
            Segments segments,
            LaneMasks masks,
            StripSums recorded,
            Block block,
            Block before,
            Map<Instruction, Value> places) {
        this.strip = strip;
        this.divergence = divergence;
        this.segments = segments;
        this.masks = masks;
        this.block = block;
        this.before = before;
        maskArray = masks.of(block);
        header = strip.function().newBlock();
        lane = header.addParameter(Type.INT);
        inside = strip.function().newBlock();
        emitter = Emitter.appendingTo(inside, null);
        code = new LaneCode(strip, divergence, emitter, lane, before);
        elements = new LaneElements(strip, divergence, recorded, code, places, maskArray != null);
    }

    /**
     * Makes the loop, and gives the block in which to go on.
     *
     * @param work the instructions
     * @param end the end of the block, if it is to be done in the lanes
     */
    Block make(List<Instruction> work, @Nullable Terminator end) {
        code.begin(elements.bring(work, before), maskArray);
        work.forEach(this::makeInLane);
        for (Instruction instruction : work) {
            if (instruction.result() != null && segments.escapes(instruction.value())) {
                code.store(strip.lanes().get(instruction.value()), code.of(instruction.value()));
            }
        }
        List<Way> ways = end == null ? List.of() : end(end);
        stored.forEach(code::store);
        Value leaving = code.leaving();
        if (leaving != null) {
            total(Kind.LEAVING, null, leaving);
        }
        return close(work, ways);
    }

    private Block close(List<Instruction> work, List<Way> ways) {
        Emitter ahead = Emitter.appendingTo(code.before(), null);
        Value zero = ahead.constant(Type.INT, 0);
        List<Value> initial = new ArrayList<>();
        List<Value> next = new ArrayList<>();
        initial.add(zero);
        Instruction step = emitter.emit(OpCode.ADD, null, List.of(lane, emitter.constant(Type.INT, 1)));
        // A lane writes elements of its own, and reads those and what no lane writes.
        step.setIndependentStep(true);
        next.add(step.value());
        for (Total total : totals) {
            initial.add(zero);
            next.add(total.next());
        }
        code.before().setTerminator(new Jump(new Edge(header, initial), null));
        inside.setTerminator(new Jump(new Edge(header, next), null));
        Block after = strip.function().newBlock();
        Emitter atHeader = Emitter.appendingTo(header, null);
        Value more = atHeader.value(OpCode.LT, null, lane, atHeader.constant(Type.INT, Strip.WIDTH));
        header.setTerminator(new Branch(more, Edge.to(inside), Edge.to(after), null));

        for (Total total : totals) {
            if (total.kind() == Kind.LEAVING) {
                Emitter checking = Emitter.appendingTo(after, null);
                after = strip.check(
                        after, checking.value(OpCode.EQ, null, total.parameter(), checking.constant(Type.INT, 0)));
            }
        }
        Emitter behind = Emitter.appendingTo(after, null);
        work.forEach(instruction -> elements.takeBack(behind, instruction));
        count(ways, after);
        return after;
    }

    /** Tells the blocks to which lanes go how many these are. */
    private void count(List<Way> ways, Block after) {
        Emitter behind = Emitter.appendingTo(after, null);
        for (Way way : ways) {
            Block target = way.edge().target();
            if (way.taken() == null && divergence.masked().isMasked(target)) {
                strip.write(new Active(target), after, behind.constant(Type.INT, Strip.WIDTH));
            }
        }
        for (Total total : totals) {
            Active of = total.of();
            if (of != null) {
                Value lanes = total.parameter();
                if (masks.isCollected(of.block())) {
                    lanes = behind.value(OpCode.ADD, null, strip.read(of, after), lanes);
                }
                strip.write(of, after, lanes);
            }
        }
    }

    private Value total(Kind kind, @Nullable Active of, Value ofLane) {
        Value parameter = header.addParameter(Type.INT);
        Value next = switch (kind) {
            case ACTIVE -> emitter.value(OpCode.ADD, null, parameter, ofLane);
            case LEAVING -> emitter.value(OpCode.OR, null, parameter, ofLane);
            case MOST -> code.select(emitter.value(OpCode.LT, null, parameter, ofLane), ofLane, parameter);
        };
        totals.add(new Total(kind, of, parameter, next));
        return parameter;
    }

    /**
     * Makes a loop that finds out how many elements a tape must have for the lane that needs most, instead of {@link #make}, and gives the block in which to go on. With too many in one lane the
     * examples do not go in step.
     *
     * @param most receives the number
     */
    Block measure(Instruction ensure, Consumer<Value> most) {
        code.begin(before, maskArray);
        List<Value> sizes = ensure.operands().stream().skip(1).map(code::of).toList();
        Value longest = emitter.constant(Type.INT, StripArrays.LONGEST_TAPE);
        Value fits = sizes.stream()
                .map(size -> StripArrays.inRange(emitter, size, longest))
                .reduce((one, other) -> emitter.value(OpCode.AND, null, one, other))
                .orElseThrow();
        Value needed = sizes.getFirst();
        if (sizes.size() == 3) {
            needed = emitter.value(
                    OpCode.ADD, null, needed, emitter.value(OpCode.MUL, null, sizes.get(1), sizes.get(2)));
            fits = emitter.value(OpCode.AND, null, fits, StripArrays.inRange(emitter, needed, longest));
        }
        Value parameter =
                total(Kind.MOST, null, code.select(code.require(fits), needed, emitter.constant(Type.INT, 0)));
        Value leaving = code.leaving();
        if (leaving != null) {
            total(Kind.LEAVING, null, leaving);
        }
        most.accept(parameter);
        return close(List.of(), List.of());
    }

    private void makeInLane(Instruction instruction) {
        if (divergence.isArrayWork(instruction)) {
            return;
        }
        if (SummedRecords.isRecord(instruction)) {
            elements.record(instruction);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> code.know(instruction.value(), elements.load(instruction));
            case ARRAY_STORE -> elements.store(instruction);
            default -> {
                List<Value> operands =
                        instruction.operands().stream().map(code::of).toList();
                boolean divides = (instruction.opCode() == OpCode.DIV || instruction.opCode() == OpCode.REM)
                        && !operands.getFirst().type().isFloatingPoint();
                if (divides && (instruction.mayThrow() || code.mask() != null && instruction.isProved())) {
                    operands = List.of(operands.getFirst(), divisor(instruction, operands.get(1)));
                }
                Instruction made = emitter.at(instruction.position())
                        .emit(instruction.opCode(), instruction.attribute(), operands);
                made.setProved(divides && instruction.mayThrow() || instruction.isProved());
                if (instruction.result() != null) {
                    code.know(instruction.value(), made.value());
                }
            }
        }
    }

    /** The divisor, or 1 in lanes that do not divide, and in those that would throw. */
    private Value divisor(Instruction division, Value divisor) {
        Value zero = emitter.constant(divisor.type(), 0);
        Value allowed = division.mayThrow() ? code.require(emitter.value(OpCode.NE, null, divisor, zero)) : code.mask();
        return allowed == null ? divisor : code.select(allowed, divisor, emitter.constant(divisor.type(), 1));
    }

    /** Stores the result, or moves values to the blocks to which lanes go, together with which these are. */
    private List<Way> end(Terminator terminator) {
        if (terminator instanceof Return(Value value, var _)) {
            Value results = strip.results();
            if (value != null && results != null) {
                Value result = code.of(value);
                stored.put(results, code.atWork(result, () -> code.loadFrom(results)));
            }
            reset();
            return List.of();
        }
        List<Way> ways = ways(terminator);
        reset();
        List<Way> returning = new ArrayList<>();
        for (Way way : ways) {
            if (divergence.returns(way.edge().target())) {
                returning.add(way);
            } else if (way.taken() != null) {
                code.leave(way.taken());
            }
        }
        if (returning.size() == 1) {
            returning = List.of(new Way(returning.getFirst().edge(), code.mask()));
        }
        returning.forEach(this::move);
        return returning;
    }

    private void reset() {
        if (maskArray != null && masks.isCollected(block)) {
            stored.put(maskArray, emitter.constant(Type.INT, 0));
        }
    }

    /** All is read before anything is written: what is passed on may be what was passed on before. */
    private void move(Way way) {
        Block target = way.edge().target();
        Value taken = way.taken();
        for (int index = 0; index < way.edge().arguments().size(); index++) {
            Value parameter = target.parameter(index);
            if (divergence.isInLanes(parameter)) {
                put(
                        strip.lanes().get(parameter),
                        code.of(way.edge().arguments().get(index)),
                        taken,
                        masks.isForAll(target));
            }
        }
        Value mask = masks.of(target);
        if (mask != null) {
            Value coming = taken == null ? emitter.constant(Type.INT, 1) : taken;
            stored.put(
                    mask, masks.isCollected(target) ? emitter.value(OpCode.OR, null, pending(mask), coming) : coming);
            if (taken != null) {
                total(Kind.ACTIVE, new Active(target), taken);
            }
        }
    }

    private void put(Value array, Value value, @Nullable Value taken, boolean forAll) {
        stored.put(array, taken == null || forAll ? value : code.select(taken, value, pending(array)));
    }

    private Value pending(Value array) {
        Value value = stored.get(array);
        return value != null ? value : code.loadFrom(array);
    }

    private List<Way> ways(Terminator terminator) {
        return switch (terminator) {
            case Jump(Edge edge, var _) -> List.of(new Way(edge, code.mask()));
            case Branch branch -> {
                Value condition = truth(branch.condition());
                Value other = emitter.value(OpCode.XOR, null, condition, emitter.constant(Type.INT, 1));
                yield List.of(new Way(branch.ifTrue(), and(condition)), new Way(branch.ifFalse(), and(other)));
            }
            case Switch choice -> {
                Value selector = code.of(choice.selector());
                List<Way> ways = new ArrayList<>();
                Value any = emitter.constant(Type.INT, 0);
                for (Map.Entry<Integer, Edge> each : choice.cases().entrySet()) {
                    Value chosen = emitter.value(OpCode.EQ, null, selector, emitter.constant(Type.INT, each.getKey()));
                    any = emitter.value(OpCode.OR, null, any, chosen);
                    ways.add(new Way(each.getValue(), and(chosen)));
                }
                Value none = emitter.value(OpCode.XOR, null, any, emitter.constant(Type.INT, 1));
                ways.add(new Way(choice.otherwise(), and(none)));
                yield ways;
            }
            case Return _, Throw _ -> List.of();
        };
    }

    /** A condition as 1 or 0. */
    private Value truth(Value condition) {
        Instruction definition = condition.definition();
        Value value = code.of(condition);
        return definition != null && definition.opCode().isComparison()
                ? value
                : emitter.value(OpCode.NE, null, value, emitter.constant(Type.INT, 0));
    }

    private Value and(Value condition) {
        Value mask = code.mask();
        return mask == null ? condition : emitter.value(OpCode.AND, null, condition, mask);
    }
}
