package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.Dominators;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what would lose a derivative: varied numbers and references to shadowed memory must not get into memory without a shadow, into
 * objects, static fields, unknown calls, or through their bits back into numbers.
 *
 * <p>Bits of varied numbers may be compared, as the sign of a zero is; they may not be stored, passed on or converted.
 */
final class ActivityChecks {
    private static final ClassDesc METAFACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");

    private final ActivityAnalysis activity;
    private final Regions regions;
    private final boolean isCallee;
    private final Set<Value> bits = new HashSet<>();

    /** @param isCallee whether the function is called from code that was differentiated too */
    ActivityChecks(ActivityAnalysis activity, boolean isCallee) {
        this.isCallee = isCallee;
        this.activity = activity;
        this.regions = activity.regions();
    }

    void run() {
        followBits();
        TextFlow text = TextFlow.ofText(activity, bits::contains, isCallee);
        TextFlow exceptions = TextFlow.ofExceptions(activity);
        for (Block block : activity.blocks()) {
            for (Instruction instruction : block.instructions()) {
                check(instruction);
            }
            text.check(block);
            exceptions.check(block);
            if (block.terminator() instanceof Return(Value result, var position)
                    && result != null
                    && bits.contains(result)) {
                throw refusal(Refusal.ACTIVE_BITS, "it returns the bits of a number that varies", position);
            }
        }
    }

    private void check(Instruction instruction) {
        switch (instruction.opCode()) {
            case ARRAY_STORE -> {
                refuseBits(instruction);
                if (carries(instruction.operand(2))) {
                    checkMemory(
                            instruction,
                            instruction.operand(0),
                            instruction.operand(2),
                            "it stores a number that varies into ");
                }
            }
            case PUT_FIELD -> {
                refuseBits(instruction);
                if (carries(instruction.operand(1))) {
                    checkMemory(
                            instruction,
                            instruction.operand(0),
                            instruction.operand(1),
                            "it stores a value that carries a derivative into the field "
                                    + instruction.field().signature() + " of ");
                }
            }
            case PUT_STATIC -> {
                refuseBits(instruction);
                if (carries(instruction.operand(0))) {
                    throw refusal(
                            Refusal.ACTIVE_STATIC,
                            "it stores a value that carries a derivative into the static field "
                                    + instruction.field().signature(),
                            instruction);
                }
            }
            case CONVERT -> {
                if (instruction.value().type().isFloatingPoint()) {
                    refuseBits(instruction);
                }
            }
            case MATH -> {
                if (instruction.math().function() == MathFunction.FROM_BITS) {
                    refuseBits(instruction);
                }
            }
            case ARRAY_LOAD, GET_FIELD -> refuseBits(instruction);
            default -> {
                if (TextCall.is(instruction)) {
                    checkText(instruction);
                    return;
                }
                if (instruction.opCode().isCall()) {
                    refuseBits(instruction);
                    if (ScalarRules.of(instruction).isPresent()) {
                        return;
                    }
                    if (activity.isFollowed(instruction)) {
                        checkFollowed(instruction);
                        return;
                    }
                    if (regions.isInactive(instruction)) {
                        checkInactive(instruction);
                        return;
                    }
                    KnownCall.of(instruction)
                            .ifPresentOrElse(call -> check(instruction, call), () -> checkCall(instruction));
                }
            }
        }
    }

    private void check(Instruction instruction, KnownCall call) {
        switch (call) {
            case ARRAY_COPY -> {
                Set<Region> source = regions.of(instruction.operand(0));
                boolean copiesReferences = Region.contents(source).stream().anyMatch(region -> region.shadowed);
                if (copiesReferences || source.stream().anyMatch(region -> region.varied)) {
                    checkMemory(
                            instruction,
                            instruction.operand(2),
                            instruction.operand(0),
                            "it copies numbers that vary into ");
                }
            }
            case FILL, FILL_RANGE -> {
                if (carries(instruction.operands().getLast())) {
                    checkMemory(
                            instruction,
                            instruction.operand(0),
                            instruction.operands().getLast(),
                            "it fills with a number that varies ");
                }
            }
            case CONTAINER -> checkContainer(instruction);
            case CLONE,
                    COPY_OF,
                    COPY_OF_RANGE,
                    OBJECT_CLONE,
                    BOX,
                    UNBOX,
                    ACQUIRE,
                    ACQUIRE_ZEROS,
                    ENSURE,
                    RELEASE,
                    MOVE_DOWN,
                    MOVE_UP,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    RELEASE_STACKS,
                    INACTIVE -> {}
            case TEXT -> checkText(instruction);
        }
    }

    private void checkText(Instruction call) {
        if (regions.isTextRefused(call)) {
            throw refusal(
                    Refusal.UNSUPPORTED_CALL,
                    "it writes an object that carries a derivative as text, and that object's toString may do more, by "
                            + callee(call),
                    call);
        }
    }

    private void checkContainer(Instruction instruction) {
        ContainerCall call = ContainerCall.of(instruction).orElseThrow();
        if (call.hasReceiver(instruction)) {
            for (Value stored : call.storedOperands(instruction)) {
                if (carries(stored)) {
                    checkMemory(
                            instruction,
                            instruction.operand(0),
                            stored,
                            "it adds an object that carries a derivative to ");
                }
            }
        }
        for (int index : call.stored(instruction, '-')) {
            if (activity.hasShadow(instruction.operand(index))) {
                throw refusal(
                        Refusal.UNSUPPORTED_CALL,
                        "it uses an object that carries a derivative as a key of " + callee(instruction),
                        instruction);
            }
        }
    }

    /** Operands take their shadows along, or null; what leads to arrays with shadows without having one itself would lose them. */
    private void checkFollowed(Instruction instruction) {
        for (Value operand : instruction.operands()) {
            boolean leads = Region.reachable(regions.of(operand)).stream().anyMatch(region -> region.shadowed);
            if (leads && !activity.hasShadow(operand)) {
                throw unfollowed(instruction);
            }
        }
        if (regions.passesConstant(instruction)) {
            throw new CalleeChecks.MissingShadowException(refusal(
                    Refusal.UNSUPPORTED_CALL,
                    "it passes something that holds both memory with shadows and memory without to "
                            + callee(instruction) + ", which is not inlined",
                    instruction));
        }
    }

    /** What an inactive call gives has no shadow, so it must not be an array that got into it with one. */
    private void checkInactive(Instruction call) {
        if (call.result() == null || !call.value().type().isReference()) {
            return;
        }
        for (Value operand : call.operands()) {
            if (Region.reachable(regions.of(operand)).stream()
                    .anyMatch(region ->
                            region.shadowed && region.fits(call.value().type()))) {
                throw refusal(
                        Refusal.UNSUPPORTED_CALL,
                        "the inactive " + callee(call) + " may return an array that carries a derivative",
                        call);
            }
        }
    }

    private void checkCall(Instruction instruction) {
        if (instruction.isNoted() || regions.isOrdering(instruction)) {
            return;
        }
        if (regions.isStoringOrdering(instruction)) {
            throw refusal(
                    Refusal.UNSUPPORTED_CALL, "it uses a function to compare objects that stores numbers", instruction);
        }
        for (Value operand : instruction.operands()) {
            boolean leads =
                    Region.reachable(regions.of(operand)).stream().anyMatch(region -> region.shadowed || region.varied);
            if (activity.isVaried(operand) || leads) {
                throw unfollowed(instruction);
            }
        }
    }

    /** The refusal of a call that carries a derivative and cannot be differentiated. */
    JacobiException unfollowed(Instruction instruction) {
        if (isRecursive(instruction)) {
            return refusal(
                    Refusal.UNSUPPORTED_RECURSION,
                    "it passes a value that carries a derivative to " + callee(instruction)
                            + ", which is running already",
                    instruction);
        }
        if (isConstructor(instruction)) {
            return refusal(
                    Refusal.UNSUPPORTED_OBJECT,
                    "it makes a " + Type.name(instruction.method().owner())
                            + ", whose constructor does more than can be followed",
                    instruction);
        }
        Optional<Object> lambda = lambdaWithoutCode(instruction);
        if (lambda.isPresent()) {
            return refusal(
                    Refusal.NOT_SERIALIZABLE_LAMBDA,
                    "it passes a value that carries a derivative to a lambda of the interface "
                            + Type.name(instruction.method().owner()),
                    instruction);
        }
        if (isCallOfHandle(instruction)) {
            return refusal(
                    Refusal.UNSUPPORTED_CALL,
                    "it passes a value that carries a derivative to a method handle, of which it is not certain what it calls: "
                            + origin(instruction.operand(0)),
                    instruction);
        }
        String message = "it passes a value that carries a derivative to " + callee(instruction);
        JacobiException refusal = refusal(Refusal.UNSUPPORTED_CALL, message, instruction);
        return hasMethod(instruction) ? new UnfollowedCallException(refusal, instruction.method()) : refusal;
    }

    private static boolean isCallOfHandle(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && call.method().owner().equals(ConstantDescs.CD_MethodHandle)
                && call.method().name().startsWith("invoke");
    }

    private static String origin(Value handle) {
        Instruction made = handle.definition();
        if (made == null) {
            return "it is an argument, or one of several";
        }
        return switch (made.opCode()) {
            case GET_STATIC ->
                "the field " + made.field().signature()
                        + " is not final, or its initialiser does not make it by findStatic or findVirtual, with constants, for these types";
            case GET_FIELD -> "it is in the field " + made.field().signature() + " of an object";
            case ARRAY_LOAD -> "it is an element of an array";
            case EMBED -> "it was captured";
            default ->
                made.opCode().isCall()
                        ? "it is what " + callee(made) + " gives"
                        : "it is made by " + made.opCode().mnemonic();
        };
    }

    private static boolean isConstructor(Instruction call) {
        return call.opCode() == OpCode.INVOKE_SPECIAL && call.method().name().equals("<init>");
    }

    /** The receiver of a call, if it is a known lambda that nobody can look behind. */
    private static Optional<Object> lambdaWithoutCode(Instruction call) {
        return call.opCode() == OpCode.INVOKE_INTERFACE
                        && call.operand(0).definition() instanceof Instruction receiver
                        && receiver.attribute() instanceof EmbeddedObject(Object object, var _)
                        && object.getClass().isHidden()
                        && !(object instanceof Serializable)
                ? Optional.of(object)
                : Optional.empty();
    }

    private static boolean hasMethod(Instruction call) {
        return call.opCode() != OpCode.INVOKE_DYNAMIC && call.opCode() != OpCode.INVOKE_FUNCTION;
    }

    /** Whether the call leads back to the function itself. */
    private boolean isRecursive(Instruction call) {
        return hasMethod(call) && call.method().equals(activity.function().origin());
    }

    static String callee(Instruction call) {
        return switch (call.opCode()) {
            case GET_FIELD -> "the field " + call.field().signature();
            case ARRAY_LOAD -> "an element of an array";
            case CONVERT, MATH -> "its characters";
            case INVOKE_DYNAMIC ->
                call.dynamicCall().name().startsWith("makeConcat")
                        ? "a concatenation of strings"
                        : isLambda(call)
                                ? "a lambda of the interface "
                                        + Type.name(call.dynamicCall().type().returnType())
                                        + " that is not called in sight, but kept in an array, a field or a collection or passed on"
                                : "the dynamic call " + call.dynamicCall().name();
            case INVOKE_FUNCTION -> call.function().name();
            default -> call.method().signature();
        };
    }

    private static boolean isLambda(Instruction call) {
        return call.dynamicCall().bootstrap().owner().equals(METAFACTORY);
    }

    private void checkMemory(Instruction instruction, Value array, Value stored, String what) {
        if (activity.hasShadow(array)) {
            return; // whether it is memory with a shadow is found out when it runs
        }
        Optional<Region> lost = regions.of(array).stream()
                .filter(region -> !region.canHoldActive() && region.kind != Region.Kind.UNCERTAIN)
                .findFirst();
        if (lost.isPresent()) {
            boolean collection = ContainerCall.of(instruction).isPresent();
            if (carries(stored) && !collection && !isCertain(instruction)) {
                return; // it is refused when it happens
            }
            JacobiException refusal = refusal(Refusal.ACTIVE_TO_CONSTANT_MEMORY, what + lost.get(), instruction);
            // The caller may know of no memory at all there, since there is null.
            boolean mayBeNothing = isCallee && lost.get().kind == Region.Kind.CONSTANT_PARAMETER;
            throw mayBeNothing && regions.relyOnShadows() ? new CalleeChecks.MissingShadowException(refusal) : refusal;
        }
    }

    /** Whether every call of the function that is differentiated comes to an instruction, if it returns. */
    private boolean isCertain(Instruction instruction) {
        if (isCallee) {
            return false;
        }
        Dominators dominators = Dominators.of(activity.function());
        return activity.blocks().stream()
                .filter(block -> block.terminator() instanceof Return)
                .allMatch(block -> dominators.dominates(instruction.block(), block));
    }

    /** Whether a value is a varied number or leads to memory with a shadow. */
    private boolean carries(Value value) {
        return activity.isVaried(value) || activity.hasShadow(value);
    }

    /** Finds the integers that are made of the bits of varied numbers. */
    private void followBits() {
        boolean changed;
        do {
            changed = false;
            for (Block block : activity.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (givesBits(instruction)) {
                        changed |= bits.add(instruction.value());
                    }
                }
                for (Edge edge : block.terminator().edges()) {
                    changed |= passBits(edge, 0);
                }
                for (Handler handler : block.handlers()) {
                    changed |= passBits(handler.edge(), 1);
                }
            }
        } while (changed);
    }

    private boolean passBits(Edge edge, int first) {
        boolean changed = false;
        for (int index = 0; index < edge.arguments().size(); index++) {
            if (bits.contains(edge.arguments().get(index))) {
                changed |= bits.add(edge.target().parameter(index + first));
            }
        }
        return changed;
    }

    private boolean givesBits(Instruction instruction) {
        OpCode opCode = instruction.opCode();
        if (opCode == OpCode.MATH && isBits(instruction.math().function())) {
            return activity.isVaried(instruction.operand(0));
        }
        return opCode.effect() == OpCode.Effect.PURE
                && opCode.result() != OpCode.Result.INT
                && instruction.result() != null
                && readsBits(instruction);
    }

    private static boolean isBits(MathFunction function) {
        return function == MathFunction.RAW_BITS || function == MathFunction.CANONICAL_BITS;
    }

    private boolean readsBits(Instruction instruction) {
        for (Value operand : instruction.operands()) {
            if (bits.contains(operand)) {
                return true;
            }
        }
        return false;
    }

    private void refuseBits(Instruction instruction) {
        if (readsBits(instruction)) {
            throw refusal(
                    Refusal.ACTIVE_BITS,
                    "it uses the bits of a number that varies for more than a comparison",
                    instruction);
        }
    }

    private JacobiException refusal(Refusal refusal, String what, Instruction instruction) {
        return refusal(refusal, what, instruction.position());
    }

    private JacobiException refusal(Refusal refusal, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                refusal,
                "cannot differentiate " + activity.function().signature() + ": " + what,
                position == null ? null : position.toString());
    }
}
