package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lets a function hand its arguments to a check before it does anything. */
final class CheckBefore {
    private static final ClassDesc CONSUMER = Consumer.class.describeConstable().orElseThrow();
    private static final MethodReference ACCEPT = new MethodReference(
            CONSUMER, "accept", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object), true);
    private static final MethodReference INTEGER = new MethodReference(
            ConstantDescs.CD_Integer,
            "valueOf",
            MethodTypeDesc.of(ConstantDescs.CD_Integer, ConstantDescs.CD_int),
            false);

    private CheckBefore() {}

    /** @param check gets an {@code Object[]} with a place for each parameter: arrays and other objects, and ints; other numbers are left out, and null there */
    static void call(Consumer<Object> check, Function function) {
        Block entry = function.entry();
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(function, made::add, null);
        List<Value> parameters = function.parameters();
        Value all =
                emitter.value(OpCode.NEW_ARRAY, ConstantDescs.CD_Object, emitter.constant(Type.INT, parameters.size()));
        for (int index = 0; index < parameters.size(); index++) {
            Value parameter = parameters.get(index);
            boolean isInt = parameter.type().equals(Type.INT);
            if (isInt || parameter.type().isReference()) {
                Value object = isInt ? emitter.value(OpCode.INVOKE_STATIC, INTEGER, parameter) : parameter;
                emitter.emit(
                                OpCode.ARRAY_STORE,
                                ConstantDescs.CD_Object,
                                List.of(all, emitter.constant(Type.INT, index), object))
                        .setProved(true);
            }
        }
        Value receiver = emitter.value(OpCode.EMBED, new EmbeddedObject(check, CONSUMER));
        emitter.emit(OpCode.INVOKE_INTERFACE, ACCEPT, List.of(receiver, all));
        for (int index = 0; index < made.size(); index++) {
            entry.insert(index, made.get(index));
        }
    }
}
