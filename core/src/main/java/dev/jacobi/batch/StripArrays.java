package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** What is done once for all lanes with arrays of which each example has its own: making them, making tapes longer and giving them back, and finding out where the elements of all lanes lie. */
final class StripArrays {
    private static final int LONGEST_LOCAL = 1 << 16;
    /** The most elements of one example on a tape; with more the tapes of all lanes would hardly be in a cache. Products of two such numbers do not overflow. */
    static final int LONGEST_TAPE = 1 << 15;

    private final Strip strip;

    StripArrays(Strip strip) {
        this.strip = strip;
    }

    /**
     * Makes an array of all lanes, or makes one longer.
     *
     * @param current where the code is appended, replaced by the block in which to go on
     */
    Value makeArray(Block[] current, Instruction work) {
        Emitter emitter = Emitter.appendingTo(current[0], work.position());
        Value all;
        if (work.opCode() == OpCode.NEW_ARRAY) {
            Value length = strip.uniform(work.operand(0), current[0]);
            current[0] = strip.check(current[0], inRange(emitter, length, emitter.constant(Type.INT, LONGEST_LOCAL)));
            emitter = Emitter.appendingTo(current[0], work.position());
            Value width = emitter.constant(Type.INT, Strip.WIDTH);
            all = emitter.value(
                    OpCode.NEW_ARRAY, work.classAttribute(), emitter.value(OpCode.MUL, null, length, width));
        } else if (work.operands().isEmpty()) {
            all = emitter.value(OpCode.INVOKE_STATIC, work.method());
        } else {
            Value needed = needed(current, work);
            all = makeLonger(current[0], work, needed);
        }
        all.setType(work.value().type());
        return all;
    }

    /** Makes the array of a tape longer if need be, so that it has that many elements for each lane. */
    Value makeLonger(Block block, Instruction ensure, Value needed) {
        Emitter emitter = Emitter.appendingTo(block, ensure.position());
        return ensured(emitter, ensure.method().owner(), strip.uniform(ensure.operand(0), block), needed, Strip.WIDTH);
    }

    /** An array, or a longer one in its place, with {@code count} times {@code each} elements. */
    static Value ensured(Emitter emitter, ClassDesc owner, Value array, Value count, int each) {
        ClassDesc type = array.type().descriptor();
        MethodReference ensure = new MethodReference(
                owner,
                "ensure",
                MethodTypeDesc.of(type, type, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
                false);
        return emitter.value(
                OpCode.INVOKE_STATIC,
                ensure,
                array,
                emitter.constant(Type.INT, 0),
                count,
                emitter.constant(Type.INT, each));
    }

    /** The number of elements that each example needs on a tape: top, or top plus number times size of records. Where these are too many, examples are done one by one. */
    private Value needed(Block[] current, Instruction ensure) {
        for (Value operand : ensure.operands().subList(1, ensure.operands().size())) {
            Value own = strip.uniform(operand, current[0]);
            Emitter emitter = Emitter.appendingTo(current[0], ensure.position());
            current[0] = strip.check(current[0], inRange(emitter, own, emitter.constant(Type.INT, LONGEST_TAPE)));
        }
        Emitter emitter = Emitter.appendingTo(current[0], ensure.position());
        List<Value> operands = strip.uniform(ensure.operands(), current[0]);
        Value needed = operands.get(1);
        if (operands.size() == 4) {
            needed = emitter.value(
                    OpCode.ADD, null, needed, emitter.value(OpCode.MUL, null, operands.get(2), operands.get(3)));
            current[0] = strip.check(current[0], inRange(emitter, needed, emitter.constant(Type.INT, LONGEST_TAPE)));
        }
        return needed;
    }

    /** Gives the array of a tape back. */
    void release(Block block, Instruction call) {
        Emitter.appendingTo(block, call.position())
                .emit(OpCode.INVOKE_STATIC, call.method(), strip.uniform(call.operands(), block));
    }

    /** Computes where the elements of all lanes lie, and checks the index. */
    Value place(Block[] current, Instruction access) {
        Emitter emitter = Emitter.appendingTo(current[0], access.position());
        Value array = access.operand(0);
        Value index = strip.uniform(access.operand(1), current[0]);
        if (!access.isProved()) {
            current[0] = strip.check(current[0], inRange(emitter, index, strip.lengthOf(array, current[0])));
            emitter = Emitter.appendingTo(current[0], access.position());
        }
        Strip.Elements own = strip.elementsOf(array, current[0]);
        Value place = emitter.value(OpCode.MUL, null, index, own.stride());
        return own.start() == null ? place : emitter.value(OpCode.ADD, null, place, own.start());
    }

    static Value inRange(Emitter emitter, Value index, Value length) {
        Value notNegative = emitter.value(OpCode.GE, null, index, emitter.constant(Type.INT, 0));
        return emitter.value(OpCode.AND, null, notNegative, emitter.value(OpCode.LT, null, index, length));
    }
}
