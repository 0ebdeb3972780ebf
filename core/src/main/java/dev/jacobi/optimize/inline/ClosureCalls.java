package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.MathCalls;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls the method that implements a {@link Closure} directly, with the conversions that the JDK's metafactory puts between the
 * interface's method and the implementing one.
 */
final class ClosureCalls {
    private final Function function;
    private final @Nullable SourcePosition position;
    private final List<Instruction> instructions = new ArrayList<>();

    private ClosureCalls(Function function, @Nullable SourcePosition position) {
        this.function = function;
        this.position = position;
    }

    /** The instructions that do what a call of the closure does, and the value they give, null for none. */
    record Direct(List<Instruction> instructions, @Nullable Value result) {}

    /** @param erasure the descriptor under which the closure is called */
    static Direct direct(Instruction call, Closure closure, MethodTypeDesc erasure) {
        ClosureCalls made = new ClosureCalls(call.block().function(), call.position());
        Value result = made.invoke(
                closure, erasure, call.operands().subList(1, call.operands().size()));
        return new Direct(made.instructions, result);
    }

    /** The body of a method that does what the closure does. */
    static Direct body(Function function, Closure closure, MethodTypeDesc erasure, List<Value> arguments) {
        ClosureCalls made = new ClosureCalls(function, null);
        Value result = made.invoke(closure, erasure, arguments);
        return new Direct(made.instructions, result);
    }

    private @Nullable Value invoke(Closure closure, MethodTypeDesc erasure, List<Value> arguments) {
        DirectMethodHandleDesc implementation = closure.implementation();
        MethodTypeDesc target = implementation.invocationType();
        boolean constructs = implementation.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
        List<Value> passed = new ArrayList<>();
        for (Closure.Capture capture : closure.captured()) {
            passed.add(captured(capture, target.parameterType(passed.size())));
        }
        for (int index = 0; index < arguments.size(); index++) {
            passed.add(convert(
                    arguments.get(index),
                    erasure.parameterType(index),
                    target.parameterType(passed.size()),
                    closure.instantiated().parameterType(index)));
        }
        MethodReference method = new MethodReference(
                implementation.owner(),
                implementation.methodName(),
                MethodTypeDesc.ofDescriptor(implementation.lookupDescriptor()),
                implementation.isOwnerInterface());
        Value result;
        if (constructs) {
            result = append(OpCode.NEW, implementation.owner()).value();
            passed.addFirst(result);
            append(OpCode.INVOKE_SPECIAL, method, passed.toArray(Value[]::new));
        } else {
            MathCall math = MathCalls.of(method);
            result = math == null
                    ? append(opCode(implementation.kind()), method, passed.toArray(Value[]::new))
                            .result()
                    : append(OpCode.MATH, math, passed.toArray(Value[]::new)).result();
        }
        ClassDesc returned = erasure.returnType();
        if (result == null || returned.equals(ConstantDescs.CD_void)) {
            return null;
        }
        return convert(result, target.returnType(), returned, returned);
    }

    private static OpCode opCode(DirectMethodHandleDesc.Kind kind) {
        return switch (kind) {
            case STATIC, INTERFACE_STATIC -> OpCode.INVOKE_STATIC;
            case INTERFACE_VIRTUAL, INTERFACE_SPECIAL -> OpCode.INVOKE_INTERFACE;
            // As a closure's implementation, special names a private method, for which virtual means the same.
            case VIRTUAL, SPECIAL -> OpCode.INVOKE_VIRTUAL;
            default -> throw new IllegalStateException(kind + " implements no lambda");
        };
    }

    private Value captured(Closure.Capture capture, ClassDesc parameter) {
        return switch (capture) {
            case Closure.Capture.Live(Value value) -> value;
            case Closure.Capture.Known(Object object)
            when object == null -> append(OpCode.CONSTANT, Instruction.NULL).value();
            case Closure.Capture.Known(Object object)
            when parameter.isPrimitive() ->
                append(OpCode.CONSTANT, Closure.number(object)).value();
            case Closure.Capture.Known(Object object) ->
                append(OpCode.EMBED, new EmbeddedObject(object, parameter)).value();
        };
    }

    /**
     * Converts as {@code java.lang.invoke.TypeConvertingMethodAdapter.convertType} does.
     *
     * @param from the type of the value
     * @param to the type that is needed
     * @param functional the type that generics promise for the value
     */
    private Value convert(Value value, ClassDesc from, ClassDesc to, ClassDesc functional) {
        if (from.equals(to) && from.equals(functional)
                || from.equals(ConstantDescs.CD_void)
                || to.equals(ConstantDescs.CD_void)) {
            return value;
        }
        if (from.isPrimitive()) {
            if (to.isPrimitive()) {
                return widen(value, from, to);
            }
            Box box = Box.ofWrapper(to);
            if (box != null) {
                return box(widen(value, from, box.primitive()), box);
            }
            return cast(box(value, Box.ofPrimitive(from)), to);
        }
        boolean promised = !from.equals(functional) && !functional.isPrimitive();
        ClassDesc source = promised ? functional : from;
        Value checked = promised ? cast(value, functional) : value;
        if (to.isPrimitive()) {
            return unbox(checked, source, to);
        }
        return source.equals(to) ? checked : cast(checked, to);
    }

    private Value unbox(Value value, ClassDesc source, ClassDesc to) {
        Box box = Box.ofWrapper(source);
        Box target = Box.ofPrimitive(to);
        if (box == Box.CHARACTER || box == Box.BOOLEAN) {
            return widen(append(OpCode.INVOKE_VIRTUAL, box.unboxing(), value).value(), box.primitive(), to);
        }
        if (box != null) {
            return append(OpCode.INVOKE_VIRTUAL, box.conversionTo(target), value)
                    .value();
        }
        if (target == Box.CHARACTER || target == Box.BOOLEAN) {
            return append(OpCode.INVOKE_VIRTUAL, target.unboxing(), cast(value, target.wrapper()))
                    .value();
        }
        return append(OpCode.INVOKE_VIRTUAL, Box.numberConversionTo(target), cast(value, Box.NUMBER))
                .value();
    }

    private Value box(Value value, Box box) {
        return append(OpCode.INVOKE_STATIC, box.boxing(), value).value();
    }

    private Value widen(Value value, ClassDesc from, ClassDesc to) {
        return dev.jacobi.ir.Type.of(from).equals(dev.jacobi.ir.Type.of(to))
                ? value
                : append(OpCode.CONVERT, to, value).value();
    }

    private Value cast(Value value, ClassDesc to) {
        return to.equals(ConstantDescs.CD_Object) || value.type().descriptor().equals(to)
                ? value
                : append(OpCode.CHECK_CAST, to, value).value();
    }

    private Instruction append(OpCode opCode, Object attribute, Value... operands) {
        Instruction made = function.newInstruction(opCode, attribute, List.of(operands), position);
        instructions.add(made);
        return made;
    }
}
