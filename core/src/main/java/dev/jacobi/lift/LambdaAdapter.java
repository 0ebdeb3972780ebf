package dev.jacobi.lift;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the function that a functional object computes: it puts captured values before the arguments, converts arguments and result
 * as {@link java.lang.invoke.LambdaMetafactory} does, and calls the method.
 */
final class LambdaAdapter {
    private static final Map<ClassDesc, ClassDesc> BOXES = Map.of(
            ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
            ConstantDescs.CD_byte, ConstantDescs.CD_Byte,
            ConstantDescs.CD_short, ConstantDescs.CD_Short,
            ConstantDescs.CD_char, ConstantDescs.CD_Character,
            ConstantDescs.CD_int, ConstantDescs.CD_Integer,
            ConstantDescs.CD_long, ConstantDescs.CD_Long,
            ConstantDescs.CD_float, ConstantDescs.CD_Float,
            ConstantDescs.CD_double, ConstantDescs.CD_Double);

    private final Block block;

    private LambdaAdapter(Block block) {
        this.block = block;
    }

    static Function function(Lambdas.Target target) {
        MethodReference method = target.method();
        if (target.call() == OpCode.INVOKE_STATIC
                && target.captured().isEmpty()
                && method.type().equals(target.type())) {
            return Lifter.lift(method, target.files());
        }
        Function function = new Function(
                Type.name(method.owner()) + "." + method.name(),
                null,
                Type.of(target.type().returnType()));
        Block block = function.newBlock();
        return new LambdaAdapter(block).adapt(function, target);
    }

    private Function adapt(Function function, Lambdas.Target target) {
        MethodReference method = target.method();
        boolean makes = method.name().equals(ConstantDescs.INIT_NAME);
        List<ClassDesc> taken = new ArrayList<>();
        if (target.call() != OpCode.INVOKE_STATIC && !makes) {
            taken.add(method.owner());
        }
        taken.addAll(method.type().parameterList());
        List<Value> given = new ArrayList<>();
        for (ClassDesc parameter : target.type().parameterList()) {
            given.add(block.addParameter(Type.of(parameter)));
        }
        List<Value> operands = new ArrayList<>();
        if (makes) {
            operands.add(value(OpCode.NEW, method.owner()));
        }
        int captured = target.captured().size();
        for (int i = 0; i < captured; i++) {
            operands.add(embed(target.captured().get(i), taken.get(i)));
        }
        for (int i = captured; i < taken.size(); i++) {
            ClassDesc from = target.type().parameterType(i - captured);
            operands.add(convert(given.get(i - captured), from, taken.get(i)));
        }
        Value result = block.append(target.call(), method, operands, null).result();
        ClassDesc returned = method.type().returnType();
        if (makes) {
            result = operands.getFirst();
            returned = method.owner();
        }
        ClassDesc wanted = target.type().returnType();
        Value converted =
                result == null || wanted.equals(ConstantDescs.CD_void) ? null : convert(result, returned, wanted);
        block.setTerminator(new Terminator.Return(converted, null));
        return function;
    }

    private Value value(OpCode opCode, @Nullable Object attribute, Value... operands) {
        return Objects.requireNonNull(
                block.append(opCode, attribute, List.of(operands), null).result());
    }

    private Value embed(@Nullable Object object, ClassDesc type) {
        if (object == null) {
            return value(OpCode.CONSTANT, Instruction.NULL);
        }
        if (!type.isPrimitive()) {
            return value(OpCode.EMBED, new EmbeddedObject(object, type));
        }
        return value(
                OpCode.CONSTANT,
                switch (object) {
                    case Boolean b -> b ? 1 : 0;
                    case Character c -> (int) c;
                    case Byte b -> (int) b;
                    case Short s -> (int) s;
                    default -> object;
                });
    }

    private Value convert(Value value, ClassDesc from, ClassDesc to) {
        if (from.isPrimitive() && to.isPrimitive()) {
            return Type.of(from).equals(Type.of(to)) ? value : value(OpCode.CONVERT, to, value);
        }
        if (from.isPrimitive()) {
            ClassDesc box = Objects.requireNonNull(BOXES.get(from));
            return value(
                    OpCode.INVOKE_STATIC,
                    new MethodReference(box, "valueOf", MethodTypeDesc.of(box, from), false),
                    value);
        }
        if (to.isPrimitive()) {
            return unbox(value, from, to);
        }
        return value;
    }

    /** Takes the number out of its box, and widens it if the box is one of a narrower type. */
    private Value unbox(Value value, ClassDesc from, ClassDesc to) {
        ClassDesc primitive = to;
        Value boxed = value;
        for (Map.Entry<ClassDesc, ClassDesc> entry : BOXES.entrySet()) {
            if (entry.getValue().equals(from)) {
                primitive = entry.getKey();
            }
        }
        ClassDesc box = Objects.requireNonNull(BOXES.get(primitive));
        if (!box.equals(from)) {
            boxed = value(OpCode.CHECK_CAST, box, value);
        }
        Value number = value(
                OpCode.INVOKE_VIRTUAL,
                new MethodReference(box, primitive.displayName() + "Value", MethodTypeDesc.of(primitive), false),
                boxed);
        return convert(number, primitive, to);
    }
}
