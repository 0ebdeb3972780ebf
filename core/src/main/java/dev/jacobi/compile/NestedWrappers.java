package dev.jacobi.compile;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reverse derivatives, which add to a shadow, in the forms in which the public interface offers them. */
final class NestedWrappers {
    private NestedWrappers() {}

    /** Whether arrays of this class hold numbers, and not arrays. */
    static boolean isFlat(ClassDesc array) {
        return array.equals(ConstantDescs.CD_double.arrayType()) || array.equals(ConstantDescs.CD_float.arrayType());
    }

    /** The same with a shadow that is overwritten: cleared after the arguments have been checked. */
    static Function clearing(Function guarded, int shadow) {
        Function clearing = guarded.copy();
        Value array = clearing.parameters().get(shadow);
        ClassDesc type = array.type().descriptor();
        Emitter emitter = Emitter.appendingTo(clearing.entry(), null);
        MethodReference fill = new MethodReference(
                ClassDesc.of("java.util.Arrays"),
                "fill",
                MethodTypeDesc.of(ConstantDescs.CD_void, type, type.componentType()),
                false);
        Value zero = emitter.constant(Type.of(type.componentType()), 0);
        emitter.emit(OpCode.INVOKE_STATIC, fill, List.of(array, zero));
        return clearing;
    }

    /** The tangent of a gradient, of ..., x, the direction, the gradient, the product, with a new gradient and a new product, which is returned. */
    static Function product(Function guarded) {
        int last = guarded.parameters().size() - 1;
        return allocating(allocating(guarded, last), last - 1, false);
    }

    /** As {@link #product}, but writing into a product that is given. */
    static Function productInto(Function guarded) {
        int last = guarded.parameters().size() - 1;
        return allocating(clearing(guarded, last), last - 1, false);
    }

    /** The same with a new shadow, which is returned. */
    static Function allocating(Function guarded, int shadow) {
        return allocating(guarded, shadow, true);
    }

    private static Function allocating(Function guarded, int shadow, boolean returned) {
        Type type = guarded.parameters().get(shadow).type();
        Function allocating = new Function(guarded.name(), guarded.origin(), returned ? type : guarded.returnType());
        Block entry = allocating.newBlock();
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < guarded.parameters().size(); index++) {
            if (index != shadow) {
                arguments.add(entry.addParameter(guarded.parameters().get(index).type()));
            }
        }
        Emitter emitter = Emitter.appendingTo(entry, null);
        Value length = emitter.value(OpCode.ARRAY_LENGTH, null, arguments.get(shadow - 1));
        Value array = emitter.value(OpCode.NEW_ARRAY, type.descriptor().componentType(), length);
        arguments.add(shadow, array);
        Map<Block, Block> copies = guarded.copyInto(allocating, new HashMap<>());
        entry.setTerminator(new Jump(new Edge(copies.get(guarded.entry()), arguments), null));
        for (Block copy : copies.values()) {
            if (returned && copy.terminator() instanceof Return(var _, var position)) {
                copy.setTerminator(new Return(array, position));
            }
        }
        return allocating;
    }
}
