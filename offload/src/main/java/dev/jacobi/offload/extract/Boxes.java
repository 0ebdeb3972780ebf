package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/** Numbers as objects and back, in generated code. */
final class Boxes {
    private Boxes() {}

    private static @Nullable ClassDesc wrapper(Type type) {
        return switch (type.kind()) {
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE, VOID -> null;
        };
    }

    /** The type on the operand stack: int for the narrow ones. */
    private static ClassDesc primitive(Type type) {
        return type.kind() == Type.Kind.INT ? ConstantDescs.CD_int : type.descriptor();
    }

    /** A number as an object; a reference is itself. */
    static Value box(Value value, Emitter emitter) {
        ClassDesc wrapper = wrapper(value.type());
        if (wrapper == null) {
            return value;
        }
        MethodTypeDesc type = MethodTypeDesc.of(wrapper, primitive(value.type()));
        return emitter.value(OpCode.INVOKE_STATIC, new MethodReference(wrapper, "valueOf", type, false), value);
    }

    /** The number of an object that {@link #box} made. */
    static Value unbox(Value object, Type type, Emitter emitter) {
        ClassDesc wrapper = wrapper(type);
        if (wrapper == null) {
            throw new IllegalArgumentException("no number has the type " + type);
        }
        Value cast = emitter.value(OpCode.CHECK_CAST, wrapper, object);
        ClassDesc primitive = primitive(type);
        MethodTypeDesc get = MethodTypeDesc.of(primitive);
        return emitter.value(
                OpCode.INVOKE_VIRTUAL,
                new MethodReference(wrapper, primitive.displayName() + "Value", get, false),
                cast);
    }
}
