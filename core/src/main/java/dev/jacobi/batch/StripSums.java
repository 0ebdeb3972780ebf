package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.Strip.Variable;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.BatchSums;
import dev.jacobi.runtime.Scratch;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lanes of a strip add to arrays that all examples add to: a stack of records for each, a number for each lane, beside one of places. Where the place differs between lanes, or not all
 * of them come, each lane has its own, or -1. {@link BatchSums} adds them when the strip is done.
 */
final class StripSums {
    private static final ClassDesc INTS = ConstantDescs.CD_int.arrayType();
    private static final ClassDesc SCRATCH = ClassDesc.ofDescriptor(Scratch.class.descriptorString());
    private static final ClassDesc SUMS = ClassDesc.ofDescriptor(BatchSums.class.descriptorString());

    private final Strip strip;
    private final Map<Value, Stacks> ofArrays = new LinkedHashMap<>();

    /** The stacks of one array: its records, their places, their number. */
    record Stacks(Variable records, Variable places, Variable top, boolean differ) {}

    StripSums(Strip strip, Divergence divergence) {
        this.strip = strip;
        Map<Value, Boolean> differ = new LinkedHashMap<>();
        for (Block block : divergence.returning()) {
            for (Instruction instruction : block.instructions()) {
                if (SummedRecords.isRecord(instruction)) {
                    boolean own = divergence.masked().isMasked(block) || divergence.isVarying(instruction.operand(2));
                    differ.merge(instruction.operand(0), own, Boolean::logicalOr);
                }
            }
        }
        differ.forEach((array, own) -> ofArrays.put(
                array,
                new Stacks(new Variable(array.type()), new Variable(Type.of(INTS)), new Variable(Type.INT), own)));
    }

    /** The stacks of an array to which examples add. */
    Stacks of(Instruction record) {
        Stacks stacks = ofArrays.get(record.operand(0));
        if (stacks == null) {
            throw new IllegalStateException("no stack for " + record.operand(0));
        }
        return stacks;
    }

    /** Begins a strip. */
    void begin(Block block) {
        Emitter emitter = Emitter.appendingTo(block, null);
        for (Stacks stacks : ofArrays.values()) {
            strip.write(
                    stacks.records(), block, acquire(emitter, stacks.records().type()));
            strip.write(stacks.places(), block, acquire(emitter, stacks.places().type()));
            strip.write(stacks.top(), block, emitter.constant(Type.INT, 0));
        }
    }

    private static Value acquire(Emitter emitter, Type type) {
        String component = type.descriptor().componentType().displayName();
        String name = Character.toUpperCase(component.charAt(0)) + component.substring(1) + "s";
        return emitter.value(
                OpCode.INVOKE_STATIC,
                new MethodReference(SCRATCH, "acquire" + name, MethodTypeDesc.of(type.descriptor()), false));
    }

    /** Where a record lies in the arrays of its stacks, whose space is taken when the first record of a block comes. */
    private @Nullable Block taken;

    private final Map<Stacks, Integer> used = new LinkedHashMap<>();

    /**
     * Makes room for a record.
     *
     * @param most how many records there may be
     * @return where it lies
     */
    Value place(Instruction record, Block[] current, int most) {
        Block of = record.block();
        if (of != taken) {
            taken = of;
            used.clear();
        }
        Stacks stacks = of(record);
        if (!used.containsKey(stacks)) {
            reserve(stacks, record, current, most);
        }
        int before = used.merge(stacks, 1, Integer::sum) - 1;
        int all = count(record);
        Emitter emitter = Emitter.appendingTo(current[0], record.position());
        Value number = emitter.value(
                OpCode.ADD,
                null,
                strip.read(stacks.top(), current[0]),
                emitter.constant(Type.INT, (double) before - all));
        if (!stacks.differ()) {
            Value place = strip.uniform(record.operand(2), current[0]);
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_int,
                            List.of(strip.read(stacks.places(), current[0]), number, place))
                    .setProved(true);
        }
        return emitter.value(OpCode.MUL, null, number, emitter.constant(Type.INT, Strip.WIDTH));
    }

    private static int count(Instruction record) {
        Block block = record.block();
        return block == null
                ? 0
                : (int) block.instructions().stream()
                        .filter(each -> SummedRecords.isRecord(each) && each.operand(0) == record.operand(0))
                        .count();
    }

    private void reserve(Stacks stacks, Instruction record, Block[] current, int most) {
        Emitter emitter = Emitter.appendingTo(current[0], record.position());
        Value needed = emitter.value(
                OpCode.ADD, null, strip.read(stacks.top(), current[0]), emitter.constant(Type.INT, count(record)));
        Value fits = emitter.value(OpCode.LE, null, needed, emitter.constant(Type.INT, most));
        current[0] = strip.check(current[0], fits);
        ensure(stacks.records(), current[0], needed, Strip.WIDTH);
        ensure(stacks.places(), current[0], needed, stacks.differ() ? Strip.WIDTH : 1);
        strip.write(stacks.top(), current[0], needed);
    }

    private void ensure(Variable array, Block block, Value needed, int each) {
        Emitter emitter = Emitter.appendingTo(block, null);
        strip.write(array, block, StripArrays.ensured(emitter, SCRATCH, strip.read(array, block), needed, each));
    }

    /** Adds everything up: nothing can throw any more. */
    void finish(Block block) {
        ofArrays.forEach((array, stacks) -> {
            Emitter emitter = Emitter.appendingTo(block, null);
            // Whoever finds this after an exception knows that the sums are half done.
            strip.setProgress(emitter, emitter.constant(Type.INT, Strip.ADDING));
            ClassDesc type = array.type().descriptor();
            Value records = strip.read(stacks.records(), block);
            Value places = strip.read(stacks.places(), block);
            emitter.emit(
                    OpCode.INVOKE_STATIC,
                    new MethodReference(
                            SUMS,
                            stacks.differ() ? "addScattered" : "addStrip",
                            MethodTypeDesc.of(ConstantDescs.CD_void, type, type, INTS, ConstantDescs.CD_int),
                            false),
                    List.of(strip.uniform(array, block), records, places, strip.read(stacks.top(), block)));
            for (Value stack : List.of(records, places)) {
                emitter.emit(OpCode.INVOKE_STATIC, release(SCRATCH, stack.type()), List.of(stack));
            }
        });
    }

    /** What gives an array back. */
    static MethodReference release(ClassDesc owner, Type array) {
        return new MethodReference(
                owner, "release", MethodTypeDesc.of(ConstantDescs.CD_void, array.descriptor()), false);
    }
}
