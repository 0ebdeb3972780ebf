package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Elements;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a loop over the lanes gets at the elements of the examples' arrays, and puts down records of sums: in place, where those of all lanes lie side by side; through stages, arrays
 * with an element for each lane that are copied before the loop or after it; or one by one, where the place differs between lanes.
 */
final class LaneElements {
    private final Strip strip;
    private final Divergence divergence;
    private final StripSums recorded;
    private final LaneCode code;
    private final Emitter emitter;
    private final Map<Instruction, Value> places;
    private final boolean masked;
    /** What the elements of all lanes are copied to before the loop, or from after it, for each instruction that loads or stores elements of its example. */
    private final Map<Instruction, Value> stages = new HashMap<>();

    private final Map<Instruction, Value> placeStages = new HashMap<>();
    private final Map<Instruction, Value> lengths = new HashMap<>();
    private final boolean inPlace;

    /**
     * Knows of no access yet.
     *
     * @param places as in {@link LaneLoop}
     * @param masked whether only some lanes may be at work
     */
    LaneElements(
            Strip strip,
            Divergence divergence,
            StripSums recorded,
            LaneCode code,
            Map<Instruction, Value> places,
            boolean masked) {
        this.strip = strip;
        this.divergence = divergence;
        this.recorded = recorded;
        this.code = code;
        this.emitter = code.emitter();
        this.places = places;
        this.masked = masked;
        inPlace = !strip.isStaged();
    }

    /** Makes what the accesses of a loop need before it, from a block on, and gives the block in which to go on. */
    Block bring(List<Instruction> work, Block start) {
        Block before = start;
        for (Instruction access : work) {
            before = bring(access, before);
        }
        return before;
    }

    /** Makes a stage for what is loaded or stored at the same place in all lanes; makes sure that there is an element where the place differs. */
    private Block bring(Instruction access, Block before) {
        if (SummedRecords.isRecord(access) && !inPlace) {
            stages.put(access, strip.newLaneArray(Divergence.component(access.operand(0))));
            if (recorded.of(access).differ()) {
                placeStages.put(access, strip.newLaneArray(Type.INT));
            }
        }
        if (access.opCode() != OpCode.ARRAY_LOAD && access.opCode() != OpCode.ARRAY_STORE) {
            return before;
        }
        Value array = access.operand(0);
        Emitter ahead = Emitter.appendingTo(before, access.position());
        if (!places.containsKey(access)) {
            Value length = divergence.isOwnArray(array)
                    ? strip.lengthOf(array, before)
                    : ahead.value(OpCode.ARRAY_LENGTH, null, strip.uniform(array, before));
            lengths.put(access, length);
            return access.isProved()
                    ? before
                    : strip.check(before, ahead.value(OpCode.GT, null, length, ahead.constant(Type.INT, 0)));
        }
        if (inPlace) {
            return before;
        }
        Value stage = strip.newLaneArray(Divergence.component(array));
        stages.put(access, stage);
        if (access.opCode() == OpCode.ARRAY_LOAD || masked) {
            Elements own = strip.elementsOf(array, before);
            Strip.copy(ahead, own.array(), places.get(access), stage, ahead.constant(Type.INT, 0));
        }
        return before;
    }

    /** Copies what was stored in stages to where it belongs. */
    void takeBack(Emitter behind, Instruction access) {
        Value stage = stages.get(access);
        if (stage != null && SummedRecords.isRecord(access)) {
            Value zero = behind.constant(Type.INT, 0);
            StripSums.Stacks stacks = recorded.of(access);
            Strip.copy(behind, stage, zero, strip.read(stacks.records(), code.before()), places.get(access));
            Value placeStage = placeStages.get(access);
            if (placeStage != null) {
                Strip.copy(behind, placeStage, zero, strip.read(stacks.places(), code.before()), places.get(access));
            }
        }
        if (stage != null && access.opCode() == OpCode.ARRAY_STORE) {
            Elements own = strip.elementsOf(access.operand(0), code.before());
            Strip.copy(behind, stage, behind.constant(Type.INT, 0), own.array(), places.get(access));
        }
    }

    /** Loads an element. */
    Value load(Instruction load) {
        Value stage = stages.get(load);
        boolean isHere = stage == null && places.containsKey(load);
        return stage != null ? code.loadFrom(stage) : isHere ? loadInPlace(load) : gather(load);
    }

    /** Stores an element, in the lanes at work. */
    void store(Instruction store) {
        Value stage = stages.get(store);
        Value value = code.of(store.operand(2));
        if (stage != null) {
            code.store(stage, code.atWork(value, () -> code.loadFrom(stage)));
        } else if (places.containsKey(store)) {
            storeInPlace(store, value);
        } else {
            scatter(store, value);
        }
    }

    /** Puts what is added on a stack; the place too if lanes have different ones, or -1 in lanes that add nothing. */
    void record(Instruction record) {
        StripSums.Stacks stacks = recorded.of(record);
        Value stage = stages.get(record);
        Value at = stage != null ? code.lane() : emitter.value(OpCode.ADD, null, places.get(record), code.lane());
        Value records = stage != null ? stage : strip.read(stacks.records(), code.before());
        ClassDesc component = Divergence.component(records);
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(records, at, code.of(record.operand(1))))
                .setProved(true);
        if (stacks.differ()) {
            Value place = code.of(record.operand(2));
            Value own = code.atWork(place, () -> emitter.constant(Type.INT, -1));
            Value placeStage = placeStages.get(record);
            Value all = placeStage != null ? placeStage : strip.read(stacks.places(), code.before());
            emitter.emit(OpCode.ARRAY_STORE, ConstantDescs.CD_int, List.of(all, at, own))
                    .setProved(true);
        }
    }

    /** Different elements of an example lie apart by the lanes at least, so no lane meets what another one stores. */
    private Value loadInPlace(Instruction access) {
        Value place = emitter.value(OpCode.ADD, null, places.get(access), code.lane());
        return element(
                access, strip.elementsOf(access.operand(0), code.before()).array(), place);
    }

    private void storeInPlace(Instruction store, Value value) {
        Value written = code.atWork(value, () -> loadInPlace(store));
        Value place = emitter.value(OpCode.ADD, null, places.get(store), code.lane());
        Value array = strip.elementsOf(store.operand(0), code.before()).array();
        emitter.emit(OpCode.ARRAY_STORE, store.attribute(), List.of(array, place, written))
                .setProved(true);
    }

    /** The index in each lane, or 0 where nothing is loaded or stored, and in lanes that would throw. */
    private Value index(Instruction access) {
        Value index = code.of(access.operand(1));
        Value allowed = code.mask();
        if (!access.isProved()) {
            Value notNegative = emitter.value(OpCode.GE, null, index, emitter.constant(Type.INT, 0));
            Value below = emitter.value(OpCode.LT, null, index, lengths.get(access));
            allowed = code.require(emitter.value(OpCode.AND, null, notNegative, below));
        }
        return allowed == null ? index : code.select(allowed, index, emitter.constant(Type.INT, 0));
    }

    /** Loads an element whose place differs between lanes. */
    private Value gather(Instruction load) {
        Value index = index(load);
        Value array = load.operand(0);
        boolean own = divergence.isOwnArray(array);
        Elements elements = own ? strip.elementsOf(array, code.before()) : null;
        return element(
                load,
                elements == null ? strip.uniform(array, code.before()) : elements.array(),
                elements == null ? index : place(elements, index));
    }

    private Value element(Instruction access, Value array, Value place) {
        Instruction load = emitter.emit(OpCode.ARRAY_LOAD, access.attribute(), List.of(array, place));
        load.setProved(true);
        return load.value();
    }

    private void scatter(Instruction store, Value value) {
        Value index = index(store);
        Elements elements = strip.elementsOf(store.operand(0), code.before());
        Value place = place(elements, index);
        Value written = code.atWork(value, () -> element(store, elements.array(), place));
        emitter.emit(OpCode.ARRAY_STORE, store.attribute(), List.of(elements.array(), place, written))
                .setProved(true);
    }

    private Value place(Elements elements, Value index) {
        Value place =
                emitter.value(OpCode.ADD, null, emitter.value(OpCode.MUL, null, index, elements.stride()), code.lane());
        return elements.start() == null ? place : emitter.value(OpCode.ADD, null, place, elements.start());
    }
}
