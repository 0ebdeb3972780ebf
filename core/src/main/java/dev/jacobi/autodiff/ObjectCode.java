package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowLayout;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code that works with shadows of objects, by their layout. The shadows are not null here. */
public final class ObjectCode {
    private static final Type NUMBERS = Type.of(ConstantDescs.CD_double.arrayType());
    private static final Type SLOTS = Type.of(ConstantDescs.CD_Object.arrayType());

    private final ShadowTypes types;
    private final int lanes;

    public ObjectCode(ShadowTypes types) {
        this(types, 1);
    }

    /** @param lanes how many numbers a shadow has side by side for each number: its tangents in all directions, if they are packed */
    public ObjectCode(ShadowTypes types, int lanes) {
        this.types = types;
        this.lanes = lanes;
    }

    /** Where the number or reference is that a field access or {@link KnownCall#UNBOX} works on, see {@link ShadowLayout#place}. */
    public int place(Instruction access) {
        return access.opCode().isCall() ? 0 : types.place(access.field());
    }

    /** A shadow of zeros for an object of a class. */
    public Value allocate(Emitter emitter, ClassDesc type) {
        ShadowLayout layout = types.layout(type);
        Value shadow = newArray(emitter, ConstantDescs.CD_Object, emitter.constant(Type.INT, layout.slots()));
        if (!layout.numbers().isEmpty()) {
            Value numbers = newArray(
                    emitter,
                    ConstantDescs.CD_double,
                    emitter.constant(Type.INT, layout.numbers().size() * lanes));
            storeReference(emitter, shadow, 0, numbers);
        }
        return shadow;
    }

    /** A shadow of zeros for the array or object that is in {@code reference}, whose static type is its class. */
    public Value allocateLike(Emitter emitter, Value reference) {
        Type type = reference.type();
        if (!type.isArray()) {
            return allocate(emitter, type.descriptor());
        }
        Value length = proved(emitter, OpCode.ARRAY_LENGTH, null, reference);
        ClassDesc component = ShadowTypes.component(type.descriptor().componentType());
        boolean several = lanes > 1 && component.isPrimitive();
        return newArray(
                emitter,
                component,
                several ? emitter.value(OpCode.MUL, null, length, emitter.constant(Type.INT, lanes)) : length);
    }

    private static Value newArray(Emitter emitter, ClassDesc component, Value length) {
        return proved(emitter, OpCode.NEW_ARRAY, component, length);
    }

    /** A number of the shadow. */
    public Value number(Emitter emitter, Value shadow, int place, Type type) {
        Value index = emitter.constant(Type.INT, place);
        Value number = proved(emitter, OpCode.ARRAY_LOAD, ConstantDescs.CD_double, numbers(emitter, shadow), index);
        return emitter.convert(number, type);
    }

    public void storeNumber(Emitter emitter, Value shadow, int place, Value number) {
        Value index = emitter.constant(Type.INT, place);
        Value wide = emitter.convert(number, Type.DOUBLE);
        store(emitter, ConstantDescs.CD_double, numbers(emitter, shadow), index, wide);
    }

    private Value numbers(Emitter emitter, Value shadow) {
        return reference(emitter, shadow, 0, NUMBERS);
    }

    /** A slot of the shadow. */
    public Value reference(Emitter emitter, Value shadow, int slot, Type type) {
        Value index = emitter.constant(Type.INT, slot);
        Value slots = cast(emitter, shadow, SLOTS);
        return cast(emitter, proved(emitter, OpCode.ARRAY_LOAD, ConstantDescs.CD_Object, slots, index), type);
    }

    public void storeReference(Emitter emitter, Value shadow, int slot, Value stored) {
        Value index = emitter.constant(Type.INT, slot);
        store(emitter, ConstantDescs.CD_Object, cast(emitter, shadow, SLOTS), index, stored);
    }

    private static void store(Emitter emitter, ClassDesc component, Value array, Value index, Value stored) {
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(array, index, stored))
                .setProved(true);
    }

    /** The reference, known to be of the type. */
    public static Value cast(Emitter emitter, Value reference, Type type) {
        return reference.type().equals(type) || type.equals(Type.OBJECT)
                ? reference
                : proved(emitter, OpCode.CHECK_CAST, type.descriptor(), reference);
    }

    private static Value proved(Emitter emitter, OpCode opCode, @Nullable Object attribute, Value... operands) {
        Instruction made = emitter.emit(opCode, attribute, List.of(operands));
        made.setProved(true);
        return made.value();
    }
}
