package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.autodiff.reverse.Variable.TapeArray;
import dev.jacobi.autodiff.reverse.Variable.TapeTop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The records of loops whose number of iterations is known before they start and that record nothing else meanwhile: the space for all is
 * taken at once, each value has a range of its own, and the counter is the index. So no top is carried round the loop, and HotSpot proves
 * the bounds and uses vectors.
 */
final class LoopRecords {
    private final ReverseSweep.Plans plans;
    private final Tape tape;
    private final SsaVariables<Variable> variables;
    private final Map<Block, Loop> loops = new LinkedHashMap<>();

    LoopRecords(ReverseSweep.Plans plans, Tape tape, SsaVariables<Variable> variables) {
        this.plans = plans;
        this.tape = tape;
        this.variables = variables;
        for (Loop loop : plans.flow().loops()) {
            Block latch = loop.latch();
            if (latch != null && isAlone(loop, latch)) {
                loops.put(latch, loop);
            }
        }
    }

    private boolean isAlone(Loop loop, Block latch) {
        if (!plans.counters().of(loop).knownAtEntry()
                || plans.storage().record(latch).isEmpty()) {
            return false;
        }
        for (Block block : loop.blocks()) {
            if (block != latch && !plans.storage().record(block).isEmpty()
                    || !Collections.disjoint(plans.calls().keySet(), block.instructions())) {
                return false;
            }
        }
        return true;
    }

    /** The loops with such records. */
    List<Loop> loops() {
        return new ArrayList<>(loops.values());
    }

    /** Whether the records of a block are handled here. */
    boolean contains(Block block) {
        return loops.containsKey(block);
    }

    private Map<TapeKind, List<Value>> parts(Loop loop) {
        return tape.byKind(
                plans.storage().record(Optional.ofNullable(loop.latch()).orElseThrow()));
    }

    /**
     * Takes the space in the preheader and fills it in the latch.
     *
     * @param copies gives the copies of values in the forward sweep
     * @param recorded gives what is stored of each value
     */
    void push(Loop loop, Block preheader, Block latch, UnaryOperator<Value> copies, UnaryOperator<Value> recorded) {
        Counter counter = plans.counters().of(loop);
        Emitter before = Emitter.appendingTo(preheader, preheader.terminator().position());
        Emitter within = Emitter.appendingTo(latch, latch.terminator().position());
        Value first = copies.apply(counter.initial());
        Value trips = trips(before, counter, first, copies.apply(counter.last()));
        for (Map.Entry<TapeKind, List<Value>> ofKind : parts(loop).entrySet()) {
            TapeKind kind = ofKind.getKey();
            List<Value> part = ofKind.getValue();
            Value top = variables.read(new TapeTop(kind), preheader);
            Value each = before.constant(Type.INT, part.size());
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
                    INVOKE_STATIC, ensure, variables.read(new TapeArray(kind), preheader), top, trips, each);
            variables.write(new TapeArray(kind), preheader, array);
            List<Value> places = places(before, counter, first, top, trips, part.size());
            variables.write(
                    new TapeTop(kind), preheader, before.value(ADD, null, top, before.value(MUL, null, trips, each)));
            for (int index = 0; index < part.size(); index++) {
                Value place = place(within, counter, places.get(index), copies.apply(counter.value()));
                within.emit(ARRAY_STORE, kind.component(), List.of(array, place, recorded.apply(part.get(index))))
                        .setProved(true);
            }
        }
    }

    /** Gives the space back, when the reverse sweep enters the loop from its exit. */
    void enter(Loop loop, Block block, UnaryOperator<Value> primal) {
        if (!loops.containsValue(loop)) {
            return;
        }
        Counter counter = plans.counters().of(loop);
        Emitter emitter = Emitter.appendingTo(block, null);
        Value first = primal.apply(counter.initial());
        Value trips = trips(emitter, counter, first, primal.apply(counter.last()));
        for (Map.Entry<TapeKind, List<Value>> ofKind : parts(loop).entrySet()) {
            TapeKind kind = ofKind.getKey();
            List<Value> part = ofKind.getValue();
            Value space = emitter.value(MUL, null, trips, emitter.constant(Type.INT, part.size()));
            Value top = emitter.value(SUB, null, variables.read(new TapeTop(kind), block), space);
            variables.write(new TapeTop(kind), block, top);
            List<Value> places = places(emitter, counter, first, top, trips, part.size());
            for (int index = 0; index < part.size(); index++) {
                variables.write(new Variable.Place(part.get(index)), block, places.get(index));
            }
        }
    }

    /** Reads the record of an iteration. */
    void pop(Block latch, Block block) {
        Loop loop = Optional.ofNullable(loops.get(latch)).orElseThrow();
        Counter counter = plans.counters().of(loop);
        Emitter emitter = Emitter.appendingTo(block, null);
        Value now = variables.read(new Variable.Primal(counter.value()), block);
        for (Map.Entry<TapeKind, List<Value>> ofKind : parts(loop).entrySet()) {
            TapeKind kind = ofKind.getKey();
            List<Value> part = ofKind.getValue();
            Value array = variables.read(new TapeArray(kind), block);
            for (Value value : part) {
                Value start = variables.read(new Variable.Place(value), block);
                Value stored = tape.take(emitter, kind, array, place(emitter, counter, start, now), value.type());
                variables.write(new Variable.Primal(value), block, stored);
            }
        }
    }

    private static Value trips(Emitter emitter, Counter counter, Value first, Value last) {
        return counter.step() > 0 ? emitter.value(SUB, null, last, first) : emitter.value(SUB, null, first, last);
    }

    /** For each value the place to which the counter is added, or from which it is subtracted, for the index of its element. */
    private static List<Value> places(
            Emitter emitter, Counter counter, Value first, Value top, Value trips, int count) {
        List<Value> places = new ArrayList<>();
        Value start = top;
        for (int index = 0; index < count; index++) {
            places.add(emitter.value(counter.step() > 0 ? SUB : ADD, null, start, first));
            start = index == count - 1 ? start : emitter.value(ADD, null, start, trips);
        }
        return places;
    }

    private static Value place(Emitter emitter, Counter counter, Value start, Value now) {
        return emitter.value(counter.step() > 0 ? ADD : SUB, null, start, now);
    }
}
