package dev.jacobi.autodiff;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The code for {@link KnownCall#OBJECT_CLONE}: the shadow of the copy has numbers of its own and the same references as that of the object, as the copy has. The class of
 * the object is known only when the code runs. What is called is plain Java, which can be differentiated again.
 */
public final class ObjectClones {
    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ObjectShadows");
    private static final ClassDesc NUMBERS = ConstantDescs.CD_double.arrayType();

    private ObjectClones() {}

    /**
     * A shadow of a copy.
     *
     * @param numbers what is in its slot 0, all zeros
     */
    public record Shadow(Value reference, Value numbers) {}

    /**
     * Makes the shadow of a copy.
     *
     * @param source the shadow of the object, or null if there is none
     * @param length from the number of the fields to that of their tangents
     */
    public static Shadow shadow(Emitter emitter, Value copy, Value source, UnaryOperator<Value> length) {
        Value count = call(emitter, "numberCount", ConstantDescs.CD_int, List.of(ConstantDescs.CD_Object), copy)
                .value();
        Instruction numbers = emitter.emit(OpCode.NEW_ARRAY, ConstantDescs.CD_double, List.of(length.apply(count)));
        numbers.setProved(true);
        Value slots = call(
                        emitter,
                        "cloneSlots",
                        ConstantDescs.CD_Object,
                        List.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object, NUMBERS),
                        copy,
                        source,
                        numbers.value())
                .value();
        return new Shadow(slots, numbers.value());
    }

    /** Copies the numbers of an object's shadow, if it has one. */
    public static void copyNumbers(Emitter emitter, Value source, Value numbers) {
        call(emitter, "copyNumbers", ConstantDescs.CD_void, List.of(ConstantDescs.CD_Object, NUMBERS), source, numbers);
    }

    /** Adds the numbers of the copy's shadow to those of the object's. */
    public static void addNumbers(Emitter emitter, Value source, Value copy) {
        call(
                emitter,
                "addNumbers",
                ConstantDescs.CD_void,
                List.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object),
                source,
                copy);
    }

    private static Instruction call(
            Emitter emitter, String name, ClassDesc result, List<ClassDesc> parameters, Value... operands) {
        MethodReference method = new MethodReference(HELPERS, name, MethodTypeDesc.of(result, parameters), false);
        return emitter.emit(OpCode.INVOKE_STATIC, method, List.of(operands));
    }
}
