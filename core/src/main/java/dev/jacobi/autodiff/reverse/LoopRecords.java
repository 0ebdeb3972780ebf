package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.autodiff.reverse.LoopExtents.Extent;
import dev.jacobi.autodiff.reverse.Variable.TapeArray;
import dev.jacobi.autodiff.reverse.Variable.TapeTop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@linkplain RecordedNest nests of loops}: the space for all is taken at once before the outermost loop, each value has a range of its own, and its place there is
 * computed of the counters of the loops, the outermost counting slowest. So no top is carried round the loops, HotSpot proves the bounds and uses vectors, and iterations are
 * independent of each other if they are in the primal.
 */
final class LoopRecords {
    private final ReverseSweep.Plans plans;
    private final Tape tape;
    private final SsaVariables<Variable> variables;
    private final Map<Loop, RecordedNest> nests = new LinkedHashMap<>();
    private final Map<Block, RecordedNest> blocks = new LinkedHashMap<>();

    /** A value that is recorded, and the block that does. */
    private record Recorded(Value value, Block block) {}

    LoopRecords(ReverseSweep.Plans plans, Tape tape, SsaVariables<Variable> variables) {
        this.plans = plans;
        this.tape = tape;
        this.variables = variables;
        for (Loop loop : plans.flow().loops()) {
            RecordedNest nest = isWithinOne(loop) ? null : RecordedNest.of(loop, plans);
            if (nest != null) {
                nests.put(loop, nest);
                nest.recording().forEach(block -> blocks.put(block, nest));
            }
        }
    }

    private boolean isWithinOne(Loop loop) {
        return nests.keySet().stream().anyMatch(root -> root.contains(loop.header()));
    }

    /** Whether the records of a block are handled here. */
    boolean contains(Block block) {
        return blocks.containsKey(block);
    }

    private Map<TapeKind, List<Recorded>> parts(RecordedNest nest) {
        Map<TapeKind, List<Recorded>> parts = new EnumMap<>(TapeKind.class);
        for (Block block : nest.recording()) {
            tape.byKind(plans.storage().record(block))
                    .forEach((kind, values) ->
                            values.forEach(value -> Multimaps.list(parts, kind).add(new Recorded(value, block))));
        }
        return parts;
    }

    /**
     * Takes the space for all records, and fills it where they are recorded.
     *
     * @param blockCopies gives the copies of blocks in the forward sweep
     * @param copies gives those of values
     * @param recorded gives what a block stores of a value
     */
    void push(UnaryOperator<Block> blockCopies, UnaryOperator<Value> copies, BiFunction<Value, Block, Value> recorded) {
        for (RecordedNest nest : nests.values()) {
            Block preheader =
                    blockCopies.apply(Objects.requireNonNull(nest.root().preheader()));
            Emitter before =
                    Emitter.appendingTo(preheader, preheader.terminator().position());
            Space space = new Space(nest, before, copies);
            for (Map.Entry<TapeKind, List<Recorded>> ofKind : parts(nest).entrySet()) {
                TapeKind kind = ofKind.getKey();
                Value top = variables.read(new TapeTop(kind), preheader);
                Value each = space.each(ofKind.getValue());
                MethodReference ensure = new MethodReference(
                        Tape.SCRATCH,
                        "ensure",
                        MethodTypeDesc.of(
                                kind.array(),
                                kind.array(),
                                ConstantDescs.CD_int,
                                ConstantDescs.CD_int,
                                ConstantDescs.CD_int),
                        false);
                Value array = before.value(
                        INVOKE_STATIC,
                        ensure,
                        variables.read(new TapeArray(kind), preheader),
                        top,
                        space.trips(nest.root()),
                        each);
                variables.write(new TapeArray(kind), preheader, array);
                List<Value> places = space.places(top, ofKind.getValue());
                Value taken = before.value(MUL, null, space.trips(nest.root()), each);
                variables.write(new TapeTop(kind), preheader, before.value(ADD, null, top, taken));
                for (int index = 0; index < places.size(); index++) {
                    Recorded part = ofKind.getValue().get(index);
                    Block block = blockCopies.apply(part.block());
                    Emitter within =
                            Emitter.appendingTo(block, block.terminator().position());
                    Value place = moved(
                            ADD,
                            within,
                            places.get(index),
                            nest.chain(part.block()),
                            loop -> copies.apply(plans.counters().of(loop).value()),
                            space::trips);
                    Value value = recorded.apply(part.value(), part.block());
                    within.emit(ARRAY_STORE, kind.component(), List.of(array, place, value))
                            .setProved(true);
                }
            }
        }
    }

    /** Gives the space back, when the reverse sweep enters the outermost loop from its exit. */
    void enter(Loop loop, Block block, UnaryOperator<Value> primal) {
        RecordedNest nest = nests.get(loop);
        if (nest == null) {
            return;
        }
        Emitter emitter = Emitter.appendingTo(block, null);
        Space space = new Space(nest, emitter, primal);
        for (Map.Entry<TapeKind, List<Recorded>> ofKind : parts(nest).entrySet()) {
            TapeKind kind = ofKind.getKey();
            Value taken = emitter.value(MUL, null, space.trips(loop), space.each(ofKind.getValue()));
            Value top = emitter.value(SUB, null, variables.read(new TapeTop(kind), block), taken);
            variables.write(new TapeTop(kind), block, top);
            List<Value> places = space.places(top, ofKind.getValue());
            for (int index = 0; index < places.size(); index++) {
                Value value = ofKind.getValue().get(index).value();
                variables.write(new Variable.Place(value), block, places.get(index));
            }
        }
        for (Loop within : nest.loops()) {
            if (within != loop) {
                variables.write(new Variable.Trips(within), block, space.trips(within));
            }
        }
    }

    /**
     * Reads the record of an iteration.
     *
     * @param block where the code for that goes
     */
    void pop(Block recording, Block block) {
        RecordedNest nest = Objects.requireNonNull(blocks.get(recording));
        Emitter emitter = Emitter.appendingTo(block, null);
        for (Map.Entry<TapeKind, List<Value>> ofKind :
                tape.byKind(plans.storage().record(recording)).entrySet()) {
            TapeKind kind = ofKind.getKey();
            Value array = variables.read(new TapeArray(kind), block);
            for (Value value : ofKind.getValue()) {
                Value place = moved(
                        ADD,
                        emitter,
                        variables.read(new Variable.Place(value), block),
                        nest.chain(recording),
                        each -> variables.read(
                                new Variable.Primal(plans.counters().of(each).value()), block),
                        each -> variables.read(new Variable.Trips(each), block));
                Value stored = tape.take(emitter, kind, array, place, value.type());
                variables.write(new Variable.Primal(value), block, stored);
            }
        }
    }

    /**
     * A place and how many iterations were before: those of the outermost loop count slowest.
     *
     * @param counters what the counters are, or were in their first iterations
     * @param direction ADD to go there, SUB to go back
     */
    private Value moved(
            OpCode direction,
            Emitter emitter,
            Value place,
            List<Loop> chain,
            Function<Loop, Value> counters,
            Function<Loop, Value> trips) {
        Value outer = null;
        for (int depth = 0; depth < chain.size() - 1; depth++) {
            Loop loop = chain.get(depth);
            Value sum = plus(emitter, outer, counters.apply(loop), goesUp(loop));
            outer = emitter.value(MUL, null, sum, trips.apply(chain.get(depth + 1)));
        }
        Value start = outer == null ? place : emitter.value(direction, null, place, outer);
        boolean same = goesUp(chain.getLast()) == (direction == ADD);
        return emitter.value(same ? ADD : SUB, null, start, counters.apply(chain.getLast()));
    }

    private boolean goesUp(Loop loop) {
        return plans.counters().of(loop).step() > 0;
    }

    private static Value plus(Emitter emitter, @Nullable Value sum, Value counter, boolean up) {
        if (sum == null) {
            return up ? counter : emitter.value(SUB, null, emitter.constant(Type.INT, 0), counter);
        }
        return emitter.value(up ? ADD : SUB, null, sum, counter);
    }

    /** Computes where the records of a nest are, in one place of the code. */
    private final class Space {
        private final RecordedNest nest;
        private final Emitter emitter;
        private final Map<Loop, Value> first = new HashMap<>();
        private final Map<Loop, Value> trips = new HashMap<>();

        /** @param values gives primal values there */
        Space(RecordedNest nest, Emitter emitter, UnaryOperator<Value> values) {
            this.nest = nest;
            this.emitter = emitter;
            for (Loop loop : nest.loops()) {
                Counter counter = plans.counters().of(loop);
                Extent extent = plans.extents().in(nest.root(), loop);
                if (extent != null) {
                    first.put(loop, values.apply(extent.first()));
                    trips.put(loop, values.apply(extent.trips()));
                    continue;
                }
                Value initial = nest.root().contains(counter.initial().block())
                        ? Constants.outOf(nest.root(), counter.initial(), emitter)
                        : values.apply(counter.initial());
                Value last = values.apply(counter.last());
                first.put(loop, initial);
                trips.put(
                        loop,
                        goesUp(loop)
                                ? emitter.value(SUB, null, last, initial)
                                : emitter.value(SUB, null, initial, last));
            }
        }

        /** How many iterations a loop has, each time, or at most. */
        Value trips(Loop loop) {
            return Objects.requireNonNull(trips.get(loop));
        }

        /** How many elements each iteration of the outermost loop has; the largest int if it is more. */
        Value each(List<Recorded> parts) {
            int own = 0;
            Value sum = null;
            for (Recorded part : parts) {
                Value product = null;
                for (Loop loop : within(part.block())) {
                    Value count = emitter.convert(trips(loop), Type.DOUBLE);
                    product = product == null ? count : emitter.value(MUL, null, product, count);
                }
                if (product == null) {
                    own++;
                } else {
                    sum = sum == null ? product : emitter.value(ADD, null, sum, product);
                }
            }
            if (sum == null) {
                return emitter.constant(Type.INT, own);
            }
            Value all = own == 0 ? sum : emitter.value(ADD, null, sum, emitter.constant(Type.DOUBLE, own));
            return emitter.value(CONVERT, ConstantDescs.CD_int, all);
        }

        /** The loops around a block but for the outermost. */
        private List<Loop> within(Block block) {
            List<Loop> chain = nest.chain(block);
            return chain.subList(1, chain.size());
        }

        /** For each value the place of its first element, less what the counters are in their first iterations: they are added to it as they are. */
        List<Value> places(Value top, List<Recorded> parts) {
            List<Value> places = new ArrayList<>();
            Value start = top;
            for (int index = 0; index < parts.size(); index++) {
                Block block = parts.get(index).block();
                places.add(moved(SUB, emitter, start, nest.chain(block), first::get, trips::get));
                if (index < parts.size() - 1) {
                    Value count = trips(nest.root());
                    for (Loop each : within(block)) {
                        count = emitter.value(MUL, null, count, trips(each));
                    }
                    start = emitter.value(ADD, null, start, count);
                }
            }
            return places;
        }
    }
}
