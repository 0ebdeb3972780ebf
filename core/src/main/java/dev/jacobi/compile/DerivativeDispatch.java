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

    private final Settings settings;

    /** How derivatives of callees are made. */
    record Settings(
            Options options, Mode mode, NestedCode nested, boolean tapesAreReused, boolean memoryMayLackShadows) {
        CalleeCompiler in(Class<?> host) {
            return new CalleeCompiler(
                    host, options, mode, nested, new OptimizedPrimals(), tapesAreReused, memoryMayLackShadows);
        }
    }

    /** Which of the two functions of a class is chosen; forward mode has only one. */
    enum Role {
        FORWARDS(new FieldReference(CHOSEN, "forwards", ConstantDescs.CD_MethodHandle)),
        BACKWARDS(new FieldReference(CHOSEN, "backwards", ConstantDescs.CD_MethodHandle));

        private final FieldReference field;

        Role(FieldReference field) {
            this.field = field;
        }
    }

    /**
     * A function for objects of one class.
     *
     * @param owner the class that declares the method, with whose rights the function runs
     */
    record Code(Class<?> owner, Function function) {}

    /**
     * What a function chooses by; parameters are given by their numbers.
     *
     * @param receiver the parameter whose class decides, -1 if the choice is taken from a tape
     * @param popped the stacks from which the choice is taken, -1 if the receiver decides
     * @param pushed the stacks that the choice is put on afterwards
     */
    record Choice(DerivativeDispatch dispatch, Role role, int receiver, int popped, List<Integer> pushed) {
        /** The same choice of a function that has the parameters in other places. */
        Choice moved(List<Integer> places) {
            return new Choice(
                    dispatch,
                    role,
                    receiver < 0 ? -1 : places.get(receiver),
                    popped < 0 ? -1 : places.get(popped),
                    pushed.stream().map(places::get).toList());
        }
    }

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

    /**
     * Makes the code of a function that chooses, by the class of the receiver or as was chosen before.
     *
     * @param choice the parameters by which it chooses among the functions of this object
     * @param last whether what is taken from a tape is needed no more
     */
    void choose(Function function, Choice choice, boolean last) {
        List<Value> parameters = function.parameters();
        Emitter emitter = Emitter.appendingTo(function.entry(), null);
        Value chosen;
        if (choice.popped() < 0) {
            chosen = emitter.value(OpCode.INVOKE_VIRTUAL, SELECT, embedded(emitter), parameters.get(choice.receiver()));
        } else {
            Value popped = proved(
                    emitter,
                    OpCode.INVOKE_VIRTUAL,
                    POP,
                    parameters.get(choice.popped()),
                    emitter.constant(Type.INT, last ? 1 : 0));
            chosen = proved(emitter, OpCode.INVOKE_VIRTUAL, SAME, embedded(emitter), popped);
        }
        Value result = call(function, chosen, choice.role().field);
        for (int stacks : choice.pushed()) {
            emitter.emit(OpCode.INVOKE_VIRTUAL, PUSH, List.of(parameters.get(stacks), chosen));
        }
        function.entry().setTerminator(new Return(result, null));
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
                return Optional.of(new Choice(
                        dispatch(instruction.operand(0)),
                        role(instruction.value(), instructions),
                        isCall(instruction, SELECT) ? function.parameters().indexOf(instruction.operand(1)) : -1,
                        stacks(function, POP).stream().findFirst().orElse(-1),
                        stacks(function, PUSH)));
            }
        }
        return Optional.empty();
    }

    private static Role role(Value chosen, List<Instruction> instructions) {
        boolean backwards = instructions.stream()
                .anyMatch(get -> get.opCode() == OpCode.GET_FIELD
                        && get.operand(0) == chosen
                        && get.field().equals(Role.BACKWARDS.field));
        return backwards ? Role.BACKWARDS : Role.FORWARDS;
    }

    /** The numbers of the parameters on which a method is called. */
    private static List<Integer> stacks(Function function, MethodReference method) {
        return function.entry().instructions().stream()
                .filter(call -> isCall(call, method))
                .map(call -> function.parameters().indexOf(call.operand(0)))
                .toList();
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
