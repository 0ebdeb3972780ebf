package dev.jacobi.autodiff.forward;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The derivative under construction: what became of the primal's values, which tangent or shadow each has, and the block that grows.
 *
 * <p>Values are those of the primal where they are keys, those of the derivative otherwise. Each direction is a lane, with tangents and
 * shadows of its own; one lane at a time is worked on, so that all others need not know of lanes.
 */
final class Tangents {
    private final Function target;
    private final Map<Value, Value> primals = new HashMap<>();
    private final List<Map<Value, Value>> lanes = new ArrayList<>();
    private final Map<Type.Kind, Value> zeros = new EnumMap<>(Type.Kind.class);
    private final ShadowArrays layout;
    private Map<Value, Value> tangents;
    private int lane;
    private Block current;

    /** @param layout has the number of lanes, of which the first is worked on */
    Tangents(Function target, Block entry, ShadowArrays layout) {
        this.target = target;
        this.current = entry;
        this.layout = layout;
        for (int count = 0; count < layout.width(); count++) {
            lanes.add(new HashMap<>());
        }
        this.tangents = lanes.getFirst();
    }

    /** The number of directions. */
    int width() {
        return lanes.size();
    }

    /** Tangents are those of this direction from now on. */
    void lane(int number) {
        lane = number;
        tangents = lanes.get(number);
    }

    /** The direction that is worked on. */
    int lane() {
        return lane;
    }

    ShadowArrays layout() {
        return layout;
    }

    /** Does the same for each tangent or shadow of a value of this type: for each direction, or once if they share a shadow. */
    void inEachLane(Type type, Runnable action) {
        inEachLane(layout.isShared(type), _ -> action.run());
    }

    /** Does the same for each direction, or for the first alone. */
    void inEachLane(boolean shared, IntConsumer action) {
        for (int number = 0; number < (shared ? 1 : lanes.size()); number++) {
            lane(number);
            action.accept(number);
        }
    }

    /** Does the same for each direction, of which it gets the number. */
    void inEachLane(IntConsumer action) {
        inEachLane(false, action);
    }

    /** What follows is appended to this block. */
    void enter(Block block) {
        current = block;
    }

    /** The copy of a value of the primal. */
    Value primal(Value value) {
        Value copy = primals.get(value);
        if (copy == null) {
            throw Internal.error(value + " is used before it is defined");
        }
        return copy;
    }

    void setPrimal(Value value, Value copy) {
        primals.put(value, copy);
    }

    boolean has(Value value) {
        return tangents.containsKey(value);
    }

    /** The tangent of a number or the shadow of a reference: 0 or null if it has none. */
    Value of(Value value) {
        Value tangent = tangents.get(value);
        return tangent != null ? tangent : zero(value.type());
    }

    /** The same shadow for another value. */
    void share(Value value, Value shadow) {
        if (layout.isShared(value.type())) {
            lanes.forEach(each -> each.put(value, shadow));
        } else {
            tangents.put(value, shadow);
        }
    }

    void set(Value value, Value tangent) {
        if (tangent.type().isReference()) {
            tangent.setType(ShadowTypes.of(value.type()));
        }
        share(value, tangent);
    }

    /** The number 0 or null, made once at the start of the function. */
    Value zero(Type type) {
        return zeros.computeIfAbsent(type.kind(), _ -> {
            Block entry = target.entry();
            Emitter atStart = new Emitter(target, instruction -> entry.insert(zeros.size(), instruction), null);
            return type.isReference() ? atStart.nullReference() : atStart.constant(type, 0);
        });
    }

    /** Appends a copy of an instruction of the primal. */
    void copy(Instruction instruction) {
        List<Value> operands = instruction.operands().stream().map(this::primal).toList();
        Instruction copy =
                emitter(instruction.position()).emit(instruction.opCode(), instruction.attribute(), operands);
        copy.copyMarks(instruction);
        if (instruction.result() != null) {
            copy.value().setType(instruction.value().type());
            setPrimal(instruction.value(), copy.value());
        }
    }

    /** Appends to the block that grows. */
    Emitter emitter(@Nullable SourcePosition position) {
        return new Emitter(target, this::append, position);
    }

    private void append(Instruction instruction) {
        if (!current.handlers().isEmpty()) {
            // Handlers guard one instruction that throws, the last of its block. Tangents do not throw into them.
            proceedTo(target.newBlock());
        }
        current.append(instruction);
    }

    /** Goes on in a new block if something in this one may throw, so that handlers which come later do not guard it. */
    void leaveThrowing() {
        if (current.instructions().stream().anyMatch(Instruction::mayThrow)) {
            proceedTo(target.newBlock());
        }
    }

    private void proceedTo(Block block, Value... arguments) {
        current.setTerminator(new Jump(Edge.to(block, arguments), null));
        current = block;
    }

    void setHandlers(List<Handler> handlers) {
        current.setHandlers(handlers);
    }

    void terminate(Terminator terminator) {
        current.setTerminator(terminator);
    }

    /**
     * Emits what gives a value from a shadow.
     *
     * @param mayBeNull whether the shadow may be null although the primal reference is not, so that {@code absent} is needed
     */
    Value either(
            Value shadow,
            boolean mayBeNull,
            @Nullable SourcePosition position,
            Supplier<Value> present,
            Supplier<Value> absent) {
        if (!mayBeNull) {
            return present.get();
        }
        Branching branching = new Branching(shadow, position);
        Value there = present.get();
        Value merged = branching.after.addParameter(there.type());
        branching.otherwise(there);
        branching.end(absent.get());
        return merged;
    }

    /** Emits what works on a shadow, as {@link #either}. */
    void either(Value shadow, boolean mayBeNull, @Nullable SourcePosition position, Runnable present, Runnable absent) {
        if (!mayBeNull) {
            present.run();
            return;
        }
        Branching branching = new Branching(shadow, position);
        present.run();
        branching.otherwise();
        absent.run();
        branching.end();
    }

    /** Two ways, one for a shadow that is there, one for null. */
    private final class Branching {
        final Block absent = target.newBlock();
        final Block after = target.newBlock();

        Branching(Value shadow, @Nullable SourcePosition position) {
            Value isNull = emitter(position).value(OpCode.EQ, null, shadow, zero(shadow.type()));
            Block present = target.newBlock();
            current.setTerminator(new Branch(isNull, Edge.to(absent), Edge.to(present), position));
            current = present;
        }

        void otherwise(Value... results) {
            proceedTo(after, results);
            current = absent;
        }

        void end(Value... results) {
            proceedTo(after, results);
        }
    }
}
