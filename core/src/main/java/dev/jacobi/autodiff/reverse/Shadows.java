package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.ContainerCall;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectClones;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts beside each reference that may lead to numbers with adjoints a second one, which leads to the adjoints: its shadow. Shadows are
 * ordinary values of the function: parameters for parameters, loaded from the shadow where the reference is loaded, allocated and filled with
 * zeros where it is allocated. Where no shadow can be, on one of several ways, the shadow is null.
 *
 * <p>Arrays of numbers get no other treatment here; their adjoints are computed by the reverse sweep alone.
 */
final class Shadows {
    private static final ClassDesc HELPERS = ClassDesc.of("dev.jacobi.runtime.ObjectShadows");
    private static final MethodTypeDesc LOAD =
            MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    private static final MethodTypeDesc STORE = MethodTypeDesc.of(
            ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int, ConstantDescs.CD_Object);
    private static final MethodTypeDesc COPY = MethodTypeDesc.of(
            ConstantDescs.CD_void,
            ConstantDescs.CD_Object,
            ConstantDescs.CD_int,
            ConstantDescs.CD_Object,
            ConstantDescs.CD_int,
            ConstantDescs.CD_int);

    private final Function function;
    private final ActivityAnalysis activity;
    private final ObjectCode objects;
    private final RequiredShadows required;
    private final Map<Value, Value> shadows = new HashMap<>();
    private final Map<Value, Value> resultsOfThrowing = new HashMap<>();
    private final Map<Block, Integer> originalParameters = new HashMap<>();
    private final Map<Instruction, Instruction> primals = new HashMap<>();
    private @Nullable Value stacks;

    private Shadows(Function function, ActivityAnalysis activity, ShadowTypes types, Callees callees) {
        this.function = function;
        this.activity = activity;
        this.objects = new ObjectCode(types);
        this.required = new RequiredShadows(activity, callees);
    }

    /** Changes the function: its parameters grow by the shadows of its parameters, in order, and by the stacks if it {@link #usesStacks}. */
    static Shadows add(Function function, ActivityAnalysis activity, ShadowTypes types, Callees callees) {
        Shadows shadows = new Shadows(function, activity, types, callees);
        shadows.findResultsOfThrowing();
        shadows.addParameters();
        shadows.addStacks();
        shadows.addInstructions();
        shadows.addArguments();
        shadows.requireResults();
        return shadows;
    }

    /** The shadow of a reference, which has one. */
    Value of(Value reference) {
        Value shadow = shadows.get(reference);
        if (shadow == null) {
            throw Refusals.internal("the reference " + reference + " has no shadow");
        }
        return shadow;
    }

    boolean has(Value reference) {
        return shadows.containsKey(reference);
    }

    /** Whether some call is differentiated as a call, for which the last parameter is the tape that is shared. */
    boolean usesStacks() {
        return stacks != null;
    }

    /** Whether the shadow must be compared with null before it is used. */
    boolean mayBeNull(Value reference) {
        return activity.mayLackShadow(reference);
    }

    /**
     * Whether an instruction allocates a shadow that a reverse sweep may leave other than 0: those of tapes are 0 again at its end, except where the tape itself
     * is the shadow of one, and what it held at first has an adjoint.
     */
    boolean allocatesShadow(Instruction instruction) {
        Instruction primal = primals.get(instruction);
        return primal != null
                && (instruction.opCode() == OpCode.NEW_ARRAY
                        || instruction.opCode() == OpCode.NEW_MULTI_ARRAY
                        || instruction.opCode() == OpCode.INVOKE_STATIC
                                && KnownCall.of(primal).equals(Optional.of(KnownCall.ACQUIRE_ZERO_STACKS))
                                && instruction.value().type().equals(Type.of(CallSignature.STACKS)));
    }

    /** The instruction on primal memory that an instruction on shadows goes with, or the instruction itself. */
    Instruction primal(Instruction instruction) {
        return primals.getOrDefault(instruction, instruction);
    }

    /**
     * The shadow of a result that may be missing on the way to a handler is made in the block after. If that is outside of a loop, the
     * result gets there as a parameter, whose shadow it is too.
     */
    private void findResultsOfThrowing() {
        for (Block block : function.blocks()) {
            if (!block.handlers().isEmpty() && !block.instructions().isEmpty()) {
                Value result = block.instructions().getLast().result();
                Edge edge = block.terminator().edges().getFirst();
                for (int index = 0; index < edge.arguments().size(); index++) {
                    if (edge.arguments().get(index) == result) {
                        resultsOfThrowing.put(edge.target().parameter(index), result);
                    }
                }
            }
        }
    }

    private void addParameters() {
        for (Block block : function.blocks()) {
            originalParameters.put(block, block.parameters().size());
            for (Value parameter : List.copyOf(block.parameters())) {
                if (parameter.type().isReference()
                        && activity.hasShadow(parameter)
                        && !resultsOfThrowing.containsKey(parameter)) {
                    shadows.put(parameter, block.addParameter(ShadowTypes.of(parameter.type())));
                }
            }
        }
    }

    private void addStacks() {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (activity.isFollowed(instruction)) {
                    stacks = function.entry().addParameter(Type.of(CallSignature.STACKS));
                    return;
                }
            }
        }
    }

    /** Instructions first make their results, in an order in which operands come before uses; so blocks are visited in dominance order. */
    private void addInstructions() {
        Map<Value, Value> answers = new HashMap<>();
        for (Block block : dev.jacobi.analysis.Dominators.of(function).preorder()) {
            if (!activity.mayReturn(block)) {
                continue;
            }
            List<Instruction> all = new ArrayList<>();
            List<Instruction> after = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                all.add(instruction);
                Emitter emitter = new Emitter(
                        function,
                        made -> {
                            made.setProved(true);
                            primals.put(made, instruction);
                            (block.handlers().isEmpty() ? all : after).add(made);
                        },
                        instruction.position());
                if (ShadowRequirements.asks(instruction)) {
                    all.removeLast();
                    answers.put(
                            instruction.value(),
                            ShadowRequirements.answer(emitter, shadows.get(instruction.operand(0))));
                    continue;
                }
                visit(instruction, emitter);
            }
            if (!all.equals(block.instructions())) {
                block.setInstructions(all);
            }
            if (!after.isEmpty()) {
                Block next = HandlerForm.after(block);
                for (int index = 0; index < after.size(); index++) {
                    next.insert(index, after.get(index));
                }
            }
        }
        function.replaceValues(answers);
    }

    private void visit(Instruction instruction, Emitter emitter) {
        if (instruction.opCode() == OpCode.ARRAY_STORE) {
            require(instruction, instruction.operand(0), instruction.operand(2), emitter);
            if (instruction.operand(2).type().isReference() && activity.hasShadow(instruction.operand(0))) {
                store(instruction, emitter);
            }
            return;
        }
        if (instruction.opCode() == OpCode.PUT_FIELD) {
            require(instruction, instruction.operand(0), instruction.operand(1), emitter);
            if (instruction.operand(1).type().isReference() && activity.hasShadow(instruction.operand(0))) {
                put(instruction, emitter);
            }
            return;
        }
        Optional<KnownCall> call = KnownCall.of(instruction);
        if (call.equals(Optional.of(KnownCall.CONTAINER))) {
            container(instruction, ContainerCall.of(instruction).orElseThrow(), emitter);
            return;
        }
        if (instruction.result() != null && ContainerCall.isUnfinished(instruction)) {
            return;
        }
        if (call.equals(Optional.of(KnownCall.FILL)) || call.equals(Optional.of(KnownCall.FILL_RANGE))) {
            require(instruction, instruction.operand(0), instruction.operands().getLast(), emitter);
            return;
        }
        if (call.equals(Optional.of(KnownCall.ARRAY_COPY))) {
            require(instruction, instruction.operand(2), instruction.operand(0), emitter);
            if (holdsReferences(instruction.operand(2)) && activity.hasShadow(instruction.operand(2))) {
                copyElements(instruction, emitter);
            }
            return;
        }
        if (call.equals(Optional.of(KnownCall.RELEASE))) {
            if (holdsReferences(instruction.operand(0)) && activity.hasShadow(instruction.operand(0))) {
                emitter.emit(instruction.opCode(), instruction.attribute(), List.of(of(instruction.operand(0))));
            }
            return;
        }
        if (instruction.result() == null
                || !instruction.value().type().isReference()
                || !activity.hasShadow(instruction.value())) {
            return;
        }
        put(instruction.value(), shadow(instruction, call, emitter));
    }

    private void require(Instruction store, Value memory, Value stored, Emitter emitter) {
        required.ofStore(memory, orNull(memory, emitter), stored, shadows.get(stored), emitter);
        if (activity.hasShadow(memory) && required.isOpen(memory, stored)) {
            required.ofReference(stored, of(stored), emitter, store.position());
        }
    }

    /** What is returned must have a shadow if it may have one. */
    private void requireResults() {
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return(Value result, var position)
                    && result != null
                    && activity.mayReturn(block)
                    && result.type().isReference()
                    && required.isOpen(result)) {
                Emitter emitter = new Emitter(
                        function,
                        made -> {
                            made.setProved(true);
                            block.append(made);
                        },
                        position);
                required.ofReference(result, of(result), emitter, position);
            }
        }
    }

    private void put(Value reference, Value shadow) {
        shadows.put(reference, shadow);
        for (Map.Entry<Value, Value> thrown : resultsOfThrowing.entrySet()) {
            if (thrown.getValue() == reference) {
                shadows.put(thrown.getKey(), shadow);
            }
        }
    }

    /** The same is done with the shadow of the collection. */
    private void container(Instruction call, ContainerCall row, Emitter emitter) {
        boolean isStatic = !row.hasReceiver(call);
        boolean paired = call.result() != null && activity.hasShadow(call.value());
        if (!paired && (isStatic || !activity.hasShadow(call.operand(0)))) {
            return;
        }
        if (!isStatic && row.result() != ContainerCall.Result.CONSTRUCTED) {
            Value shadow = orNull(call.operand(0), emitter);
            row.storedOperands(call)
                    .forEach(stored -> required.ofStore(call.operand(0), shadow, stored, shadows.get(stored), emitter));
        }
        Instruction made = row.emit(call, emitter, new ContainerCall.Source() {
            @Override
            public Value primal(Value value) {
                return value;
            }

            @Override
            public Value shadow(Value value) {
                return orNull(value, emitter);
            }
        });
        if (row.result() == ContainerCall.Result.CONSTRUCTED) {
            put(call.operand(0), made.value());
        } else if (paired) {
            put(
                    call.value(),
                    ObjectCode.cast(
                            emitter, made.value(), ShadowTypes.of(call.value().type())));
        }
    }

    private Value shadow(Instruction instruction, Optional<KnownCall> call, Emitter emitter) {
        if (activity.isFollowed(instruction)) {
            return CallSignature.shadow(
                    emitter,
                    Objects.requireNonNull(stacks),
                    0,
                    instruction.value().type());
        }
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> load(instruction, emitter);
            case GET_FIELD -> get(instruction, emitter);
            case EMBED ->
                activity.isMadeHere(instruction)
                        ? objects.allocate(emitter, instruction.value().type().descriptor())
                        : emitter.nullReference();
            case LOAD_CONSTANT, GET_STATIC -> emitter.nullReference();
            case NEW -> objects.allocate(emitter, instruction.value().type().descriptor());
            case NEW_ARRAY ->
                emitter.value(
                        OpCode.NEW_ARRAY, ShadowTypes.component(instruction.classAttribute()), instruction.operand(0));
            case NEW_MULTI_ARRAY ->
                emitter.emit(
                                instruction.opCode(),
                                ShadowTypes.array(instruction.classAttribute()),
                                instruction.operands())
                        .value();
            case CHECK_CAST ->
                ObjectCode.cast(
                        emitter,
                        of(instruction.operand(0)),
                        ShadowTypes.of(instruction.value().type()));
            case SELECT -> {
                Value selected = emitter.value(
                        OpCode.SELECT,
                        null,
                        instruction.operand(0),
                        orNull(instruction.operand(1), emitter),
                        orNull(instruction.operand(2), emitter));
                selected.setType(ShadowTypes.of(instruction.value().type()));
                yield selected;
            }
            default -> copy(instruction, call, emitter);
        };
    }

    private Value load(Instruction load, Emitter emitter) {
        Value array = load.operand(0);
        Type type = ShadowTypes.of(load.value().type());
        if (mayBeNull(array)) {
            Value loaded = helper(emitter, "load", LOAD, orNull(array, emitter), load.operand(1))
                    .value();
            return ObjectCode.cast(emitter, loaded, type);
        }
        ClassDesc component = ShadowTypes.component(load.classAttribute());
        Value shadow = of(array);
        if (shadow.type().equals(Type.OBJECT)) {
            shadow = ObjectCode.cast(emitter, shadow, Type.of(component.arrayType()));
        }
        return ObjectCode.cast(emitter, emitter.value(OpCode.ARRAY_LOAD, component, shadow, load.operand(1)), type);
    }

    private Value get(Instruction load, Emitter emitter) {
        if (load.isNoted()) {
            return objects.allocateLike(emitter, load.value());
        }
        Value object = load.operand(0);
        if (CallSignature.isOfStacks(load.field())) {
            return CallSignature.get(emitter, of(object), load.field());
        }
        int slot = objects.place(load);
        Type type = ShadowTypes.of(load.value().type());
        if (slot < 0) {
            return emitter.nullReference();
        }
        if (mayBeNull(object)) {
            Value loaded = helper(emitter, "load", LOAD, orNull(object, emitter), emitter.constant(Type.INT, slot))
                    .value();
            return ObjectCode.cast(emitter, loaded, type);
        }
        return objects.reference(emitter, of(object), slot, type);
    }

    private static Instruction helper(Emitter emitter, String name, MethodTypeDesc type, Value... operands) {
        return emitter.emit(OpCode.INVOKE_STATIC, new MethodReference(HELPERS, name, type, false), List.of(operands));
    }

    private Value copy(Instruction instruction, Optional<KnownCall> call, Emitter emitter) {
        if (call.isEmpty() || call.get() == KnownCall.INACTIVE) {
            if (mayBeNull(instruction.value())) {
                return emitter.nullReference(); // what comes from outside has none
            }
            throw Refusals.internal(
                    "no shadow is known for " + instruction.opCode().mnemonic());
        }
        switch (call.get()) {
            case ACQUIRE -> {
                return holdsReferences(instruction.value())
                        ? emitter.emit(instruction.opCode(), instruction.attribute(), List.of())
                                .value()
                        : acquireZeros(instruction.value(), emitter);
            }
            case ACQUIRE_STACKS, ACQUIRE_ZERO_STACKS -> {
                MethodTypeDesc type = MethodTypeDesc.of(CallSignature.STACKS);
                return emitter.value(
                        OpCode.INVOKE_STATIC, new MethodReference(CallSignature.STACKS, "acquireZeros", type, false));
            }
            case ACQUIRE_ZEROS -> {
                // What elements are before they are first written has an adjoint, so they are not 0 again at the end.
                Value length = emitter.value(OpCode.ARRAY_LENGTH, null, instruction.value());
                return emitter.value(
                        OpCode.NEW_ARRAY,
                        instruction.value().type().descriptor().componentType(),
                        length);
            }
            case ENSURE -> {
                List<Value> operands = new ArrayList<>(instruction.operands());
                operands.set(0, of(operands.get(0)));
                return emitter.emit(instruction.opCode(), instruction.attribute(), operands)
                        .value();
            }
            case OBJECT_CLONE -> {
                return ObjectClones.shadow(
                                emitter, instruction.value(), orNull(instruction.operand(0), emitter), count -> count)
                        .reference();
            }
            case BOX -> {
                return objects.allocate(emitter, instruction.method().owner());
            }
            default -> {}
        }
        if (holdsReferences(instruction.operand(0))) {
            if (mayBeNull(instruction.operand(0)) || !has(instruction.operand(0))) {
                return copyIfPresent(instruction, call.get(), emitter);
            }
            List<Value> operands = new ArrayList<>(instruction.operands());
            operands.set(0, of(operands.get(0)));
            Value copied = emitter.emit(instruction.opCode(), ShadowTypes.method(instruction.method()), operands)
                    .value();
            return ObjectCode.cast(
                    emitter, copied, ShadowTypes.of(instruction.value().type()));
        }
        ClassDesc component = instruction.operand(0).type().descriptor().componentType();
        // The result of clone() may have the static type Object.
        Value sized = call.get() == KnownCall.CLONE ? instruction.operand(0) : instruction.value();
        return emitter.value(OpCode.NEW_ARRAY, component, emitter.value(OpCode.ARRAY_LENGTH, null, sized));
    }

    /** The shadow of a copied array of references: the shadows of what is copied, or null for each if there are none. */
    private Value copyIfPresent(Instruction copy, KnownCall call, Emitter emitter) {
        Value source = copy.operand(0);
        // The result of clone() may have the static type Object.
        Value sized = call == KnownCall.CLONE ? source : copy.value();
        ClassDesc component = ShadowTypes.component(source.type().descriptor().componentType());
        Value length = emitter.value(OpCode.ARRAY_LENGTH, null, sized);
        Value made = emitter.value(OpCode.NEW_ARRAY, component, length);
        Value zero = emitter.constant(Type.INT, 0);
        Value from = call == KnownCall.COPY_OF_RANGE ? copy.operand(1) : zero;
        helper(emitter, "copyUpTo", COPY, orNull(source, emitter), from, made, zero, length);
        return made;
    }

    /** The shadow of a tape's array: as long, so that it need not grow where the array does not, and 0. */
    private static Value acquireZeros(Value array, Emitter emitter) {
        ClassDesc type = array.type().descriptor();
        String name = array.type().descriptor().componentType().equals(ConstantDescs.CD_double) ? "Doubles" : "Floats";
        MethodReference method = new MethodReference(
                Tape.SCRATCH, "acquireZero" + name, MethodTypeDesc.of(type, ConstantDescs.CD_int), false);
        return emitter.value(OpCode.INVOKE_STATIC, method, emitter.value(OpCode.ARRAY_LENGTH, null, array));
    }

    private void store(Instruction store, Emitter emitter) {
        Value array = store.operand(0);
        Value stored = orNull(store.operand(2), emitter);
        if (mayBeNull(array)) {
            helper(emitter, "store", STORE, of(array), store.operand(1), stored);
            return;
        }
        ClassDesc component = ShadowTypes.component(store.classAttribute());
        Value shadow = of(array);
        if (shadow.type().equals(Type.OBJECT)) {
            shadow = ObjectCode.cast(emitter, shadow, Type.of(component.arrayType()));
        }
        emitter.emit(OpCode.ARRAY_STORE, component, List.of(shadow, store.operand(1), stored));
    }

    private void put(Instruction store, Emitter emitter) {
        Value object = store.operand(0);
        if (CallSignature.isOfStacks(store.field())) {
            if (CallSignature.carriesDerivative(store.field())) {
                CallSignature.put(emitter, of(object), store.field(), of(store.operand(1)));
            }
            return;
        }
        int slot = objects.place(store);
        if (slot < 0) {
            return;
        }
        Value stored = orNull(store.operand(1), emitter);
        if (mayBeNull(object)) {
            helper(emitter, "store", STORE, of(object), emitter.constant(Type.INT, slot), stored);
        } else {
            objects.storeReference(emitter, of(object), slot, stored);
        }
    }

    private void copyElements(Instruction copy, Emitter emitter) {
        List<Value> operands = new ArrayList<>(copy.operands());
        operands.set(0, orNull(operands.get(0), emitter));
        operands.set(2, of(operands.get(2)));
        if (has(copy.operand(0)) && !mayBeNull(copy.operand(0)) && !mayBeNull(copy.operand(2))) {
            emitter.emit(copy.opCode(), copy.attribute(), operands);
        } else {
            helper(emitter, "copy", COPY, operands.toArray(Value[]::new));
        }
    }

    /** The shadow of a reference, or the constant null. */
    Value orNull(Value reference, Emitter emitter) {
        Value shadow = shadows.get(reference);
        return shadow == null ? emitter.nullReference() : shadow;
    }

    private static boolean holdsReferences(Value array) {
        return array.type().isArray()
                && !array.type().descriptor().componentType().isPrimitive();
    }

    private void addArguments() {
        for (Block block : List.copyOf(function.blocks())) {
            block.setTerminator(block.terminator().mapEdges(edge -> withShadows(block, edge)));
            if (!block.handlers().isEmpty()) {
                Block before = HandlerForm.before(block);
                block.setHandlers(block.handlers().stream()
                        .map(handler -> new Handler(handler.catchType(), withShadows(before, handler.edge())))
                        .toList());
            }
        }
    }

    /** @param place where constants can be made */
    private Edge withShadows(Block place, Edge edge) {
        Edge more = edge;
        int count = edge.arguments().size();
        int exceptions = originalParameters.getOrDefault(edge.target(), 0) - count;
        for (int index = 0; index < count; index++) {
            Value parameter = edge.target().parameter(index + exceptions);
            if (has(parameter) && !resultsOfThrowing.containsKey(parameter)) {
                Emitter emitter = Emitter.appendingTo(place, place.terminator().position());
                more = more.plus(orNull(edge.arguments().get(index), emitter));
            }
        }
        return more;
    }
}
