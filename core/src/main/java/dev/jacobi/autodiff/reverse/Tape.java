package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.Variable.TapeArray;
import dev.jacobi.autodiff.reverse.Variable.TapeTop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Emits the stacks that records are on: acquired at the entry, pushed by the forward sweep, popped by the reverse sweep, released at the end. */
final class Tape {
    static final ClassDesc SCRATCH = ClassDesc.of("dev.jacobi.runtime.Scratch");

    private final SsaVariables<Variable> variables;
    private final Function<Value, TapeKind> kindOf;
    private final Set<TapeKind> kinds;
    private final @Nullable Value stacks;
    private final boolean reused;

    /**
     * @param kindOf on which stack a value is
     * @param kinds those of all records
     * @param stacks where the stacks are shared with the derivatives of calls; null if this function has them for itself
     * @param reused whether another reverse sweep may read the same records
     */
    Tape(
            SsaVariables<Variable> variables,
            Function<Value, TapeKind> kindOf,
            Set<TapeKind> kinds,
            @Nullable Value stacks,
            boolean reused) {
        this.reused = reused;
        this.variables = variables;
        this.kindOf = kindOf;
        this.kinds = kinds;
        this.stacks = stacks;
    }

    /** The object that shares the stacks. */
    Value stacks() {
        if (stacks == null) {
            throw Refusals.internal("a call needs shared stacks");
        }
        return stacks;
    }

    /** Writes arrays and tops to where the derivative of a call, or of the caller, finds them. */
    void share(Emitter emitter, Block block) {
        for (TapeKind kind : kinds) {
            Value array = variables.read(new TapeArray(kind), block);
            CallSignature.put(emitter, stacks(), kind.arrayField(), array);
        }
        shareTops(emitter, block);
    }

    /** As {@link #share}, where the arrays have not changed. */
    void shareTops(Emitter emitter, Block block) {
        for (TapeKind kind : kinds) {
            CallSignature.put(emitter, stacks(), kind.topField(), variables.read(new TapeTop(kind), block));
        }
    }

    /** Reads arrays and tops as {@link #share} has left them. */
    void join(Emitter emitter, Block block) {
        for (TapeKind kind : kinds) {
            variables.write(new TapeArray(kind), block, CallSignature.get(emitter, stacks(), kind.arrayField()));
        }
        joinTops(emitter, block);
    }

    /** As {@link #join}, where the arrays have not changed. */
    void joinTops(Emitter emitter, Block block) {
        for (TapeKind kind : kinds) {
            variables.write(new TapeTop(kind), block, CallSignature.get(emitter, stacks(), kind.topField()));
        }
    }

    void acquire(Block entry) {
        Emitter emitter = Emitter.appendingTo(entry, null);
        if (stacks != null) {
            join(emitter, entry);
            return;
        }
        for (TapeKind kind : kinds) {
            MethodReference method =
                    new MethodReference(SCRATCH, "acquire" + kind.suffix(), MethodTypeDesc.of(kind.array()), false);
            variables.write(new TapeArray(kind), entry, emitter.value(INVOKE_STATIC, method));
            variables.write(new TapeTop(kind), entry, emitter.constant(Type.INT, 0));
        }
    }

    void release(Block end) {
        Emitter emitter = Emitter.appendingTo(end, null);
        if (stacks != null) {
            share(emitter, end);
            CallSignature.release(emitter, stacks);
            return;
        }
        for (TapeKind kind : kinds) {
            MethodReference method = new MethodReference(
                    SCRATCH, "release", MethodTypeDesc.of(ConstantDescs.CD_void, kind.array()), false);
            emitter.emit(INVOKE_STATIC, method, List.of(variables.read(new TapeArray(kind), end)));
        }
    }

    /**
     * Puts a record on the stacks.
     *
     * @param values gives what is stored for each value of the record
     */
    void push(Block block, List<Value> record, UnaryOperator<Value> values) {
        Emitter emitter = Emitter.appendingTo(block, block.terminator().position());
        for (Map.Entry<TapeKind, List<Value>> ofKind : byKind(record).entrySet()) {
            TapeKind kind = ofKind.getKey();
            List<Value> part = ofKind.getValue();
            Value top = variables.read(new TapeTop(kind), block);
            Value newTop = emitter.value(ADD, null, top, emitter.constant(Type.INT, part.size()));
            MethodReference ensure = new MethodReference(
                    SCRATCH, "ensure", MethodTypeDesc.of(kind.array(), kind.array(), ConstantDescs.CD_int), false);
            Value array = emitter.value(INVOKE_STATIC, ensure, variables.read(new TapeArray(kind), block), newTop);
            for (int index = 0; index < part.size(); index++) {
                emitter.emit(
                                ARRAY_STORE,
                                kind.component(),
                                List.of(array, plus(emitter, top, index), values.apply(part.get(index))))
                        .setProved(true);
            }
            variables.write(new TapeArray(kind), block, array);
            variables.write(new TapeTop(kind), block, newTop);
        }
    }

    /** Takes a record off the stacks. */
    void pop(Block block, List<Value> record) {
        Emitter emitter = Emitter.appendingTo(block, null);
        for (Map.Entry<TapeKind, List<Value>> ofKind : byKind(record).entrySet()) {
            TapeKind kind = ofKind.getKey();
            List<Value> part = ofKind.getValue();
            Value array = variables.read(new TapeArray(kind), block);
            Value top = emitter.value(
                    SUB, null, variables.read(new TapeTop(kind), block), emitter.constant(Type.INT, part.size()));
            for (int index = 0; index < part.size(); index++) {
                Value value = part.get(index);
                Value stored = take(emitter, kind, array, plus(emitter, top, index), value.type());
                variables.write(new Variable.Primal(value), block, stored);
            }
            variables.write(new TapeTop(kind), block, top);
        }
    }

    /** Reads an element for the last time, unless tapes are reused. */
    Value take(Emitter emitter, TapeKind kind, Value array, Value place, Type type) {
        Instruction load = emitter.emit(ARRAY_LOAD, kind.component(), List.of(array, place));
        load.setProved(true);
        if (!kind.isOfReferences()) {
            return load.value();
        }
        if (!reused) {
            // A pooled array must not keep objects alive.
            emitter.emit(ARRAY_STORE, kind.component(), List.of(array, place, emitter.nullReference()))
                    .setProved(true);
        }
        if (type.equals(Type.OBJECT)) {
            return load.value();
        }
        Instruction cast = emitter.emit(CHECK_CAST, type.descriptor(), List.of(load.value()));
        cast.setProved(true);
        return cast.value();
    }

    private static Value plus(Emitter emitter, Value top, int offset) {
        return offset == 0 ? top : emitter.value(ADD, null, top, emitter.constant(Type.INT, offset));
    }

    /** The values of a record by the stacks that they are on. */
    Map<TapeKind, List<Value>> byKind(List<Value> record) {
        Map<TapeKind, List<Value>> parts = new EnumMap<>(TapeKind.class);
        for (Value value : record) {
            Multimaps.list(parts, kindOf.apply(value)).add(value);
        }
        return parts;
    }
}
