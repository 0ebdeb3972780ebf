package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stacks of a work item on which a round puts arrays one after the other, one stack for each type of elements; see {@link RoundMemory}. A round whose stack is too small says how much it needs, and fails. The last
 * array of a stack gets longer where it is.
 */
final class RoundStacks {
    /** @param tops where on this work item's stacks there is space, by {@code number} */
    record Stack(Value memory, Value capacity, Value tops, int number) {}

    private final RoundCode code;
    private final WorkItem item;
    private final @Nullable Value needed;
    private final Map<ClassDesc, Stack> stacks = new LinkedHashMap<>();

    /** @param needed gets how much a stack needs that is too small; null if there is none */
    RoundStacks(RoundCode code, WorkItem item, @Nullable Value needed) {
        this.code = code;
        this.item = item;
        this.needed = needed;
    }

    void add(ClassDesc component, Stack stack) {
        stacks.put(component, stack);
    }

    @Nullable
    Stack of(ClassDesc component) {
        return stacks.get(component);
    }

    /** Takes all arrays off. */
    void empty(Emitter emitter) {
        stacks.values().forEach(stack -> setTop(stack, emitter.constant(Type.INT, 0), emitter));
    }

    static Value top(Stack stack, Emitter emitter) {
        Instruction load = emitter.emit(
                OpCode.ARRAY_LOAD,
                ConstantDescs.CD_int,
                List.of(stack.tops(), emitter.constant(Type.INT, stack.number())));
        load.setProved(true);
        return load.value();
    }

    private static void setTop(Stack stack, Value top, Emitter emitter) {
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(stack.tops(), emitter.constant(Type.INT, stack.number()), top))
                .setProved(true);
    }

    /** Takes space for some elements, none negative; gives its place. */
    Value push(Stack stack, Value length, @Nullable SourcePosition position) {
        Value base = top(stack, code.emitter(position));
        take(stack, base, length, position);
        return base;
    }

    /** Makes what lies behind a place, and some elements from there on, taken; fails if the stack is too small. */
    private void take(Stack stack, Value base, Value length, @Nullable SourcePosition position) {
        Emitter emitter = code.emitter(position);
        // The sum of two ints that are not negative does not wrap around without sign.
        Value end = emitter.value(OpCode.ADD, null, base, length);
        Value small = emitter.lessUnsigned(stack.capacity(), end);
        Value number = emitter.constant(Type.INT, stack.number());
        Value place = item.place(number, emitter);
        Value none = emitter.constant(Type.INT, 0);
        emitter.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(needed(), place, emitter.value(OpCode.SELECT, null, small, end, none)))
                .setProved(true);
        code.goOnIf(emitter.value(OpCode.EQ, null, small, none), position);
        setTop(stack, end, code.emitter(position));
    }

    private Value needed() {
        if (needed == null) {
            throw new IllegalStateException("there is no stack");
        }
        return needed;
    }

    /** The array, or a longer one with its elements. */
    RoundArray longer(Stack stack, RoundArray array, Value length, @Nullable SourcePosition position) {
        Block grow = code.newBlock();
        Block done = code.newBlock();
        Value base = done.addParameter(Type.INT);
        Value has = done.addParameter(Type.INT);
        Value oldBase = array.base();
        if (oldBase == null) {
            throw new IllegalStateException("a slice does not grow");
        }
        Value small = code.emitter(position).lessUnsigned(array.length(), length);
        code.end(new Branch(small, Edge.to(grow), Edge.to(done, oldBase, array.length()), position));
        code.goOnIn(grow);
        Emitter emitter = code.emitter(position);
        code.goOnIf(emitter.value(OpCode.GE, null, length, emitter.constant(Type.INT, 0)), position);
        emitter = code.emitter(position);
        Value top = top(stack, emitter);
        Value last = emitter.value(OpCode.EQ, null, emitter.value(OpCode.ADD, null, oldBase, array.length()), top);
        // Elsewhere with space to spare, so that it is not copied each time.
        Value half = emitter.value(OpCode.LT, null, array.length(), emitter.constant(Type.INT, 1 << 29));
        Value twice = emitter.value(OpCode.ADD, null, array.length(), array.length());
        Value larger = emitter.value(OpCode.LT, null, length, twice);
        Value doubled =
                emitter.value(OpCode.SELECT, null, emitter.value(OpCode.AND, null, half, larger), twice, length);
        Value newLength = emitter.value(OpCode.SELECT, null, last, length, doubled);
        Value newBase = emitter.value(OpCode.SELECT, null, last, oldBase, top);
        take(stack, newBase, newLength, position);
        Value copied = code.emitter(position)
                .value(OpCode.SELECT, null, last, code.emitter(position).constant(Type.INT, 0), array.length());
        RoundArray old = new RoundArray(stack.memory(), oldBase, array.length());
        RoundArray made = new RoundArray(stack.memory(), newBase, newLength);
        ClassDesc component = stack.memory().type().descriptor().componentType();
        code.repeat(copied, position, (inside, index) -> {
            Instruction load =
                    inside.emit(OpCode.ARRAY_LOAD, component, List.of(stack.memory(), old.place(index, item, inside)));
            load.setProved(true);
            inside.emit(
                            OpCode.ARRAY_STORE,
                            component,
                            List.of(stack.memory(), made.place(index, item, inside), load.value()))
                    .setProved(true);
        });
        code.end(new Jump(Edge.to(done, newBase, newLength), position));
        code.goOnIn(done);
        return new RoundArray(stack.memory(), base, has);
    }
}
