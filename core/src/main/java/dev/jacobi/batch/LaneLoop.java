package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.LaneMasks.Active;
import dev.jacobi.batch.Strip.Elements;
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
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
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
    /** With more accesses to arrays that are perhaps the same one LLVM would compare too many addresses before the loop. */
    private static final int MOST_IN_PLACE = 5;

    private final Strip strip;
    private final Segments segments;
    private final LaneMasks masks;
    private final StripSums recorded;
    private final Divergence divergence;
    private final Map<Instruction, Value> places;
    /** What the elements of all lanes are copied to before the loop, or from after it, for each instruction that loads or stores elements of its example. */
    private final Map<Instruction, Value> stages = new HashMap<>();

    private final Map<Instruction, Value> placeStages = new HashMap<>();
    private final Map<Instruction, Value> lengths = new HashMap<>();

    private final Map<Value, Value> known = new HashMap<>();
    private final Map<Value, Value> stored = new LinkedHashMap<>();
    private final List<Total> totals = new ArrayList<>();
    private final Block block;
    private final @Nullable Value maskArray;
    private final Block header;
    private final Block inside;
    private final Value lane;
    private final Emitter emitter;
    private Block before;
    private boolean inPlace;
    private @Nullable Value mask;
    private @Nullable Value leaving;

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
        this.recorded = recorded;
        this.block = block;
        this.before = before;
        this.places = places;
        maskArray = masks.of(block);
        header = strip.function().newBlock();
        lane = header.addParameter(Type.INT);
        inside = strip.function().newBlock();
        emitter = Emitter.appendingTo(inside, null);
    }

    /**
     * Makes the loop, and gives the block in which to go on.
     *
     * @param work the instructions
     * @param end the end of the block, if it is to be done in the lanes
     */
    Block make(List<Instruction> work, @Nullable Terminator end) {
        inPlace = !strip.isStaged()
                && work.stream()
                                .filter(each -> segments.isElementAccess(each) || SummedRecords.isRecord(each))
                                .count()
                        <= MOST_IN_PLACE;
        work.forEach(this::bring);
        mask = maskArray == null ? null : loadFrom(maskArray);
        work.forEach(this::makeInLane);
        for (Instruction instruction : work) {
            if (instruction.result() != null && segments.escapes(instruction.value())) {
                store(strip.lanes().get(instruction.value()), of(instruction.value()));
            }
        }
        List<Way> ways = end == null ? List.of() : end(end);
        stored.forEach(this::store);
        if (leaving != null) {
            total(Kind.LEAVING, null, leaving);
        }
        return close(work, ways);
    }

    private Block close(List<Instruction> work, List<Way> ways) {
        Emitter ahead = Emitter.appendingTo(before, null);
        Value zero = ahead.constant(Type.INT, 0);
        List<Value> initial = new ArrayList<>();
        List<Value> next = new ArrayList<>();
        initial.add(zero);
        next.add(emitter.value(OpCode.ADD, null, lane, emitter.constant(Type.INT, 1)));
        for (Total total : totals) {
            initial.add(zero);
            next.add(total.next());
        }
        before.setTerminator(new Jump(new Edge(header, initial), null));
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
        work.forEach(instruction -> takeBack(behind, instruction));
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
            case MOST -> select(emitter.value(OpCode.LT, null, parameter, ofLane), ofLane, parameter);
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
        mask = maskArray == null ? null : loadFrom(maskArray);
        List<Value> sizes = ensure.operands().stream().skip(1).map(this::of).toList();
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
        Value parameter = total(Kind.MOST, null, select(require(fits), needed, emitter.constant(Type.INT, 0)));
        if (leaving != null) {
            total(Kind.LEAVING, null, leaving);
        }
        most.accept(parameter);
        return close(List.of(), List.of());
    }

    /** Makes a stage for what is loaded or stored at the same place in all lanes; makes sure that there is an element where the place differs. */
    private void bring(Instruction access) {
        if (SummedRecords.isRecord(access) && !inPlace) {
            stages.put(access, strip.newLaneArray(Divergence.component(access.operand(0))));
            if (recorded.of(access).differ()) {
                placeStages.put(access, strip.newLaneArray(Type.INT));
            }
        }
        if (access.opCode() != OpCode.ARRAY_LOAD && access.opCode() != OpCode.ARRAY_STORE) {
            return;
        }
        Value array = access.operand(0);
        Emitter ahead = Emitter.appendingTo(before, access.position());
        if (!places.containsKey(access)) {
            Value length = divergence.isOwnArray(array)
                    ? strip.lengthOf(array, before)
                    : ahead.value(OpCode.ARRAY_LENGTH, null, strip.uniform(array, before));
            lengths.put(access, length);
            if (!access.isProved()) {
                before = strip.check(before, ahead.value(OpCode.GT, null, length, ahead.constant(Type.INT, 0)));
            }
            return;
        }
        if (inPlace) {
            return;
        }
        Value stage = strip.newLaneArray(Divergence.component(array));
        stages.put(access, stage);
        if (access.opCode() == OpCode.ARRAY_LOAD || maskArray != null) {
            Elements own = strip.elementsOf(array, before);
            Strip.copy(ahead, own.array(), places.get(access), stage, ahead.constant(Type.INT, 0));
        }
    }

    private void takeBack(Emitter behind, Instruction access) {
        Value stage = stages.get(access);
        if (stage != null && SummedRecords.isRecord(access)) {
            Value zero = behind.constant(Type.INT, 0);
            StripSums.Stacks stacks = recorded.of(access);
            Strip.copy(behind, stage, zero, strip.read(stacks.records(), before), places.get(access));
            Value placeStage = placeStages.get(access);
            if (placeStage != null) {
                Strip.copy(behind, placeStage, zero, strip.read(stacks.places(), before), places.get(access));
            }
        }
        if (stage != null && access.opCode() == OpCode.ARRAY_STORE) {
            Elements own = strip.elementsOf(access.operand(0), before);
            Strip.copy(behind, stage, behind.constant(Type.INT, 0), own.array(), places.get(access));
        }
    }

    private void makeInLane(Instruction instruction) {
        if (divergence.isArrayWork(instruction)) {
            return;
        }
        if (SummedRecords.isRecord(instruction)) {
            record(instruction);
            return;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD -> {
                Value stage = stages.get(instruction);
                boolean isHere = stage == null && places.containsKey(instruction);
                known.put(
                        instruction.value(),
                        stage != null ? loadFrom(stage) : isHere ? loadInPlace(instruction) : gather(instruction));
            }
            case ARRAY_STORE -> {
                Value stage = stages.get(instruction);
                Value value = of(instruction.operand(2));
                if (stage != null) {
                    store(stage, mask == null ? value : select(mask, value, loadFrom(stage)));
                } else if (places.containsKey(instruction)) {
                    storeInPlace(instruction, value);
                } else {
                    scatter(instruction, value);
                }
            }
            default -> {
                List<Value> operands =
                        instruction.operands().stream().map(this::of).toList();
                boolean divides = (instruction.opCode() == OpCode.DIV || instruction.opCode() == OpCode.REM)
                        && !operands.getFirst().type().isFloatingPoint();
                if (divides && (instruction.mayThrow() || mask != null && instruction.isProved())) {
                    operands = List.of(operands.getFirst(), divisor(instruction, operands.get(1)));
                }
                Instruction made = emitter.at(instruction.position())
                        .emit(instruction.opCode(), instruction.attribute(), operands);
                made.setProved(divides && instruction.mayThrow() || instruction.isProved());
                if (instruction.result() != null) {
                    known.put(instruction.value(), made.value());
                }
            }
        }
    }

    /** Different elements of an example lie apart by the lanes at least, so no lane meets what another one stores. */
    private Value loadInPlace(Instruction access) {
        Value place = emitter.value(OpCode.ADD, null, places.get(access), lane);
        return element(access, strip.elementsOf(access.operand(0), before).array(), place);
    }

    private void storeInPlace(Instruction store, Value value) {
        Value written = mask == null ? value : select(mask, value, loadInPlace(store));
        Value place = emitter.value(OpCode.ADD, null, places.get(store), lane);
        Value array = strip.elementsOf(store.operand(0), before).array();
        emitter.emit(OpCode.ARRAY_STORE, store.attribute(), List.of(array, place, written))
                .setProved(true);
    }

    /** Puts what is added on a stack; the place too if lanes have different ones, or -1 in lanes that add nothing. */
    private void record(Instruction record) {
        StripSums.Stacks stacks = recorded.of(record);
        Value stage = stages.get(record);
        Value at = stage != null ? lane : emitter.value(OpCode.ADD, null, places.get(record), lane);
        Value records = stage != null ? stage : strip.read(stacks.records(), before);
        ClassDesc component = Divergence.component(records);
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(records, at, of(record.operand(1))))
                .setProved(true);
        if (stacks.differ()) {
            Value place = of(record.operand(2));
            Value own = mask == null ? place : select(mask, place, emitter.constant(Type.INT, -1));
            Value placeStage = placeStages.get(record);
            Value all = placeStage != null ? placeStage : strip.read(stacks.places(), before);
            emitter.emit(OpCode.ARRAY_STORE, ConstantDescs.CD_int, List.of(all, at, own))
                    .setProved(true);
        }
    }

    /** The divisor, or 1 in lanes that do not divide, and in those that would throw. */
    private Value divisor(Instruction division, Value divisor) {
        Value zero = emitter.constant(divisor.type(), 0);
        Value allowed = division.mayThrow() ? require(emitter.value(OpCode.NE, null, divisor, zero)) : mask;
        return allowed == null ? divisor : select(allowed, divisor, emitter.constant(divisor.type(), 1));
    }

    /** Notes that an example leaves the others where a condition, 1 or 0, does not hold; gives where it holds, of the lanes that are at work. */
    private Value require(Value holds) {
        Value one = mask == null ? emitter.constant(Type.INT, 1) : mask;
        Value allowed = mask == null ? holds : emitter.value(OpCode.AND, null, holds, mask);
        leave(emitter.value(OpCode.XOR, null, allowed, one));
        return allowed;
    }

    private void leave(Value leaves) {
        leaving = leaving == null ? leaves : emitter.value(OpCode.OR, null, leaving, leaves);
    }

    /** The index in each lane, or 0 where nothing is loaded or stored, and in lanes that would throw. */
    private Value index(Instruction access) {
        Value index = of(access.operand(1));
        Value allowed = mask;
        if (!access.isProved()) {
            Value notNegative = emitter.value(OpCode.GE, null, index, emitter.constant(Type.INT, 0));
            Value below = emitter.value(OpCode.LT, null, index, lengths.get(access));
            allowed = require(emitter.value(OpCode.AND, null, notNegative, below));
        }
        return allowed == null ? index : select(allowed, index, emitter.constant(Type.INT, 0));
    }

    /** Loads an element whose place differs between lanes. */
    private Value gather(Instruction load) {
        Value index = index(load);
        Value array = load.operand(0);
        boolean own = divergence.isOwnArray(array);
        Elements elements = own ? strip.elementsOf(array, before) : null;
        return element(
                load,
                elements == null ? strip.uniform(array, before) : elements.array(),
                elements == null ? index : place(elements, index));
    }

    private Value element(Instruction access, Value array, Value place) {
        Instruction load = emitter.emit(OpCode.ARRAY_LOAD, access.attribute(), List.of(array, place));
        load.setProved(true);
        return load.value();
    }

    private void scatter(Instruction store, Value value) {
        Value index = index(store);
        Elements elements = strip.elementsOf(store.operand(0), before);
        Value place = place(elements, index);
        Value written = mask == null ? value : select(mask, value, element(store, elements.array(), place));
        emitter.emit(OpCode.ARRAY_STORE, store.attribute(), List.of(elements.array(), place, written))
                .setProved(true);
    }

    private Value place(Elements elements, Value index) {
        Value place = emitter.value(OpCode.ADD, null, emitter.value(OpCode.MUL, null, index, elements.stride()), lane);
        return elements.start() == null ? place : emitter.value(OpCode.ADD, null, place, elements.start());
    }

    /** Stores the result, or moves values to the blocks to which lanes go, together with which these are. */
    private List<Way> end(Terminator terminator) {
        if (terminator instanceof Return(Value value, var _)) {
            Value results = strip.results();
            if (value != null && results != null) {
                Value result = of(value);
                stored.put(results, mask == null ? result : select(mask, result, loadFrom(results)));
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
                leave(way.taken());
            }
        }
        if (returning.size() == 1) {
            returning = List.of(new Way(returning.getFirst().edge(), mask));
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
                put(strip.lanes().get(parameter), of(way.edge().arguments().get(index)), taken, masks.isForAll(target));
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
        stored.put(array, taken == null || forAll ? value : select(taken, value, pending(array)));
    }

    private Value pending(Value array) {
        Value value = stored.get(array);
        return value != null ? value : loadFrom(array);
    }

    private List<Way> ways(Terminator terminator) {
        return switch (terminator) {
            case Jump(Edge edge, var _) -> List.of(new Way(edge, mask));
            case Branch branch -> {
                Value condition = truth(branch.condition());
                Value other = emitter.value(OpCode.XOR, null, condition, emitter.constant(Type.INT, 1));
                yield List.of(new Way(branch.ifTrue(), and(condition)), new Way(branch.ifFalse(), and(other)));
            }
            case Switch choice -> {
                Value selector = of(choice.selector());
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
        Value value = of(condition);
        return definition != null && definition.opCode().isComparison()
                ? value
                : emitter.value(OpCode.NE, null, value, emitter.constant(Type.INT, 0));
    }

    private Value and(Value condition) {
        return mask == null ? condition : emitter.value(OpCode.AND, null, condition, mask);
    }

    private Value select(Value condition, Value one, Value other) {
        return emitter.value(OpCode.SELECT, null, condition, one, other);
    }

    private Value of(Value value) {
        return divergence.isVarying(value) ? known.computeIfAbsent(value, this::load) : strip.uniform(value, before);
    }

    private Value load(Value value) {
        Value array = strip.lanes().get(value);
        if (array == null) {
            throw new IllegalStateException(value + " is not in the lanes");
        }
        return loadFrom(array);
    }

    private Value loadFrom(Value array) {
        Instruction load =
                emitter.emit(OpCode.ARRAY_LOAD, BatchFrame.accessed(Divergence.component(array)), List.of(array, lane));
        load.setProved(true);
        return load.value();
    }

    private void store(Value array, Value value) {
        emitter.emit(OpCode.ARRAY_STORE, BatchFrame.accessed(Divergence.component(array)), List.of(array, lane, value))
                .setProved(true);
    }
}
