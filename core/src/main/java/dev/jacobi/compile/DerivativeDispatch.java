package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.inline.LambdaOrigins;
import dev.jacobi.runtime.Dispatch;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all choices by the class of a receiver have in common: the code of the functions that stand for the call, from which it can also be
 * read again which choice they make, so that they can be differentiated.
 */
abstract class DerivativeDispatch extends Dispatch {
    private static final ClassDesc DISPATCH = ClassDesc.ofDescriptor(Dispatch.class.descriptorString());
    private static final ClassDesc CHOSEN = ClassDesc.ofDescriptor(Chosen.class.descriptorString());
    private static final MethodReference SELECT =
            new MethodReference(DISPATCH, "select", MethodTypeDesc.of(CHOSEN, ConstantDescs.CD_Object), false);
    private static final MethodReference SAME =
            new MethodReference(DISPATCH, "same", MethodTypeDesc.of(CHOSEN, ConstantDescs.CD_Object), false);
    private static final MethodReference PUSH = new MethodReference(
            CallSignature.STACKS, "push", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object), false);
    private static final MethodReference POP = new MethodReference(
            CallSignature.STACKS, "pop", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_boolean), false);
    private static final FieldReference FORWARDS =
            new FieldReference(CHOSEN, "forwards", ConstantDescs.CD_MethodHandle);
    private static final FieldReference BACKWARDS =
            new FieldReference(CHOSEN, "backwards", ConstantDescs.CD_MethodHandle);

    private final Settings settings;

    /** How derivatives of callees are made. */
    record Settings(
            Options options, Mode mode, NestedCode nested, boolean tapesAreReused, boolean objectsMayLackShadows) {
        CalleeCompiler in(Class<?> host) {
            return new CalleeCompiler(
                    host, options, mode, nested, new OptimizedPrimals(), tapesAreReused, objectsMayLackShadows);
        }
    }

    /** Which of the derivatives for calls a function is, or was before it was differentiated again. */
    enum Role {
        /** Chooses. */
        FORWARD,
        /** Chooses, and puts the choice on the tape. */
        AUGMENTED,
        /** Takes it off again. */
        REVERSE
    }

    /**
     * A function for objects of one class.
     *
     * @param owner the class that declares the method, with whose rights the function runs
     */
    record Code(Class<?> owner, Function function) {}

    /**
     * What a function chooses by.
     *
     * @param receiver the number of the parameter whose class decides, -1 if the choice is taken from the tape
     * @param stacks the number of the parameter with the tape
     */
    record Choice(DerivativeDispatch dispatch, Role role, int receiver, int stacks) {}

    DerivativeDispatch(Settings settings) {
        this.settings = settings;
    }

    Settings settings() {
        return settings;
    }

    /** The function for objects of exactly this class, to be differentiated again. */
    abstract Code code(Class<?> type, Role role);

    /** Tells for which class of receivers something was refused. */
    abstract JacobiException refusal(Class<?> type, JacobiException cause);

    static MethodHandle handle(Function function, Lookup lookup) {
        MethodHandle handle = HiddenClasses.compile(function, lookup).handle();
        return handle.asType(handle.type().erase());
    }

    /** The numbers of the parameters of a function that are shadows of the receiver, and their tangents. */
    abstract List<Integer> shadowsOfReceiver(Role role);

    /**
     * Lets a function for the stand-in of a lambda take the lambda itself. What it captured is constant, so it has no shadow.
     *
     * @param receiver the number of the parameter, -1 if the function does not get it
     */
    static MethodHandle adapted(MethodHandle handle, Class<?> type, int receiver, List<Integer> shadows) {
        if (LambdaOrigins.knownStandIn(type).isEmpty()) {
            return handle;
        }
        MethodHandle adapted =
                receiver < 0 ? handle : MethodHandles.filterArguments(handle, receiver, LambdaOrigins.conversion(type));
        MethodHandle none = MethodHandles.dropArguments(MethodHandles.zero(Object.class), 0, Object.class);
        for (int shadow : shadows) {
            adapted = MethodHandles.filterArguments(adapted, shadow, none);
        }
        return adapted;
    }

    /** Makes the code of a function that chooses by the class of the receiver. */
    void select(Function function, Role role, Value receiver, Value stacks) {
        Emitter emitter = Emitter.appendingTo(function.entry(), null);
        Value chosen = emitter.value(OpCode.INVOKE_VIRTUAL, SELECT, embedded(emitter), receiver);
        Value result = call(function, chosen, FORWARDS);
        if (role == Role.AUGMENTED) {
            emitter.emit(OpCode.INVOKE_VIRTUAL, PUSH, List.of(stacks, chosen));
        }
        function.entry().setTerminator(new Return(result, null));
    }

    /** Makes the code of a function that takes from the tape what was chosen. */
    void take(Function function, Value stacks) {
        Emitter emitter = Emitter.appendingTo(function.entry(), null);
        Value last = emitter.constant(Type.INT, settings.tapesAreReused() ? 0 : 1);
        Value popped = proved(emitter, OpCode.INVOKE_VIRTUAL, POP, stacks, last);
        Value chosen = proved(emitter, OpCode.INVOKE_VIRTUAL, SAME, embedded(emitter), popped);
        function.entry().setTerminator(new Return(call(function, chosen, BACKWARDS), null));
    }

    private Value embedded(Emitter emitter) {
        return emitter.value(OpCode.EMBED, new EmbeddedObject(this, DISPATCH));
    }

    private static @Nullable Value call(Function function, Value chosen, FieldReference field) {
        Block entry = function.entry();
        Emitter emitter = Emitter.appendingTo(entry, null);
        List<Value> operands = new ArrayList<>();
        operands.add(proved(emitter, OpCode.GET_FIELD, field, chosen));
        operands.addAll(entry.parameters());
        List<ClassDesc> types = entry.parameters().stream()
                .map(parameter -> erased(parameter.type()))
                .toList();
        MethodReference invoke = new MethodReference(
                ConstantDescs.CD_MethodHandle,
                "invokeExact",
                MethodTypeDesc.of(erased(function.returnType()), types),
                false);
        Value result = emitter.emit(OpCode.INVOKE_VIRTUAL, invoke, operands).result();
        if (result != null
                && function.returnType().isReference()
                && !function.returnType().equals(Type.OBJECT)) {
            result = proved(emitter, OpCode.CHECK_CAST, function.returnType().descriptor(), result);
        }
        return result;
    }

    private static ClassDesc erased(Type type) {
        return type.isReference() ? ConstantDescs.CD_Object : type.descriptor();
    }

    private static Value proved(Emitter emitter, OpCode opCode, Object attribute, Value... operands) {
        var made = emitter.emit(opCode, attribute, List.of(operands));
        made.setProved(true);
        return made.value();
    }

    /** What a function that was made here chooses by; empty if it is another. */
    static Optional<Choice> choiceOf(Function function) {
        List<Instruction> instructions = function.entry().instructions();
        for (Instruction instruction : instructions) {
            if (isCall(instruction, SELECT) || isCall(instruction, SAME)) {
                boolean selects = isCall(instruction, SELECT);
                Optional<Value> stacks = instructions.stream()
                        .filter(call -> isCall(call, PUSH) || isCall(call, POP))
                        .map(call -> call.operand(0))
                        .findFirst();
                Role role = !selects ? Role.REVERSE : stacks.isPresent() ? Role.AUGMENTED : Role.FORWARD;
                return Optional.of(new Choice(
                        dispatch(instruction.operand(0)),
                        role,
                        selects ? function.parameters().indexOf(instruction.operand(1)) : -1,
                        stacks.map(value -> function.parameters().indexOf(value))
                                .orElse(0)));
            }
        }
        return Optional.empty();
    }

    private static boolean isCall(Instruction instruction, MethodReference method) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL && method.equals(instruction.attribute());
    }

    private static DerivativeDispatch dispatch(Value embedded) {
        if (embedded.definition() instanceof Instruction instruction
                && instruction.attribute() instanceof EmbeddedObject(DerivativeDispatch dispatch, var _)) {
            return dispatch;
        }
        throw new JacobiException(Refusal.INTERNAL, "a choice by class without what chooses", null);
    }
}
