package dev.jacobi.autodiff;

import dev.jacobi.Activity;
import dev.jacobi.analysis.Origins;
import dev.jacobi.autodiff.Region.Kind;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowGraph;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a function refuse to go on where it gets hold of an array or object that is also (part of) an argument with a shadow, but by another way: captured,
 * through a static field, through an object or array that has no shadow, or as the result of a call. What is reached so counts as
 * constant, so the derivative would lack that part.
 *
 * <p>The check is one comparison of references for each argument, where the reference comes from; in an optimised function that is
 * outside of the loops where it can be. For nested arrays it is a look into a table of their rows, made once a call. It is made only for
 * references through which numbers are read that matter to a result, or are written, or that are passed on to where Jacobi does not look.
 *
 * <p>Active objects are compared with all their parts. Methods that are differentiated on their own compare with the arguments of the derivative
 * that was called from outside, which {@link CallSignature the stacks} carry. Not seen is what code that is not differentiated reads by itself,
 * without having been given it.
 */
public final class AliasGuards {
    private static final ClassDesc RUNTIME = ClassDesc.of("dev.jacobi.runtime.ActiveArrays");
    private static final MethodReference OF = new MethodReference(
            RUNTIME, "of", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object), false);
    private static final MethodReference RELEASE = new MethodReference(
            RUNTIME, "release", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object), false);
    private static final MethodReference CONTAIN = new MethodReference(
            RUNTIME,
            "contain",
            MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_Object),
            false);
    /** In the place of the number of a parameter: the arguments of the derivative that was called from outside. */
    private static final int OF_CALLER = -1;

    private static final MethodReference CALLER =
            new MethodReference(RUNTIME, "ofCaller", MethodTypeDesc.of(ConstantDescs.CD_Object), false);
    private static final ClassDesc GRAPH = ClassDesc.ofDescriptor(ShadowGraph.class.descriptorString());
    private static final MethodReference REACHABLE = new MethodReference(
            GRAPH, "reachable", MethodTypeDesc.of(ConstantDescs.CD_Object, ConstantDescs.CD_Object), false);
    private static final MethodReference REFUSAL = new MethodReference(
            RUNTIME,
            "aliased",
            MethodTypeDesc.of(
                    ClassDesc.of("java.lang.RuntimeException"), ConstantDescs.CD_String, ConstantDescs.CD_String),
            false);

    private final Function function;
    private final ActivityAnalysis activity;
    private final Origins origins;
    private final @Nullable ShadowGraph graph;
    private final List<Integer> shadowed = new ArrayList<>();
    private final Map<Integer, Value> tables = new HashMap<>();
    private final Set<Value> guarded = new LinkedHashSet<>();

    /**
     * Adds the checks to a function that is about to be differentiated.
     *
     * @throws dev.jacobi.JacobiException if activity analysis refuses the function
     */
    public static void add(Function function, List<Activity> activities) {
        add(function, activities, Callees.NONE, null);
    }

    /**
     * As {@link #add(Function, List)}.
     *
     * @param callees knows the calls to methods that are differentiated on their own
     * @param graph reads the fields of arguments that are objects; without it these are not compared
     * @return the analysis of the function, if one was made and nothing was added
     */
    public static Optional<ActivityAnalysis> add(
            Function function, List<Activity> activities, Callees callees, @Nullable ShadowGraph graph) {
        boolean anyShadow = false;
        for (int index = 0; index < activities.size(); index++) {
            Type type = function.parameters().get(index).type();
            anyShadow |= activities.get(index).isActive() && isCompared(type, graph);
        }
        if (!anyShadow || !anyObtained(function)) {
            return Optional.empty();
        }
        AliasGuards guards =
                new AliasGuards(function, activities, ActivityAnalysis.of(function, activities, callees), graph);
        return guards.add() ? Optional.empty() : Optional.of(guards.activity);
    }

    /**
     * As {@link #add(Function, List)} for a method whose calls are not inlined: compares with the arguments of the derivative that was called
     * from outside, {@link dev.jacobi.runtime.ActiveArrays#ofCaller}.
     *
     * @return whether there is anything to compare
     */
    public static boolean addToCallee(Function function, CallSignature signature, Callees callees) {
        if (!anyObtained(function)) {
            return false;
        }
        AliasGuards guards =
                new AliasGuards(function, List.of(), ActivityAnalysis.ofCallee(function, signature, callees), null);
        guards.shadowed.add(OF_CALLER);
        guards.add();
        return !guards.guarded.isEmpty();
    }

    private static boolean anyObtained(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (isObtained(instruction)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isCompared(Type type, @Nullable ShadowGraph graph) {
        return type.isReference() && (graph != null || DerivativeRequest.carriesDerivative(type));
    }

    private AliasGuards(
            Function function, List<Activity> activities, ActivityAnalysis activity, @Nullable ShadowGraph graph) {
        this.graph = graph;
        this.function = function;
        this.activity = activity;
        this.origins = Origins.of(function);
        for (int index = 0; index < activities.size(); index++) {
            Value parameter = function.parameters().get(index);
            if (activities.get(index).isActive() && isCompared(parameter.type(), graph)) {
                shadowed.add(index);
            }
        }
    }

    /** Adds the checks; whether there are any. */
    private boolean add() {
        for (Block block : activity.blocks()) {
            for (Instruction instruction : block.instructions()) {
                visit(instruction);
            }
            if (block.terminator() instanceof Return(Value result, var _) && result != null) {
                guard(result);
            }
        }
        List<Guard> guards = new ArrayList<>();
        for (Value reference : guarded) {
            for (int index : shadowed) {
                if (index == OF_CALLER
                        || mayBeSame(
                                reference.type(),
                                function.parameters().get(index).type())) {
                    guards.add(new Guard(reference, index));
                }
            }
        }
        // Each insertion cuts the block behind the reference, so that the last one is checked first.
        for (Guard guard : guards.reversed()) {
            insert(guard);
        }
        for (Map.Entry<Integer, Value> table : tables.entrySet()) {
            if (table.getKey() != OF_CALLER) {
                releaseOnReturn(table.getValue());
            }
        }
        return !guards.isEmpty();
    }

    /** Exceptions leave the table to the garbage collector. */
    private void releaseOnReturn(Value table) {
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return leaving) {
                block.append(OpCode.INVOKE_STATIC, RELEASE, List.of(table), leaving.position())
                        .setProved(true);
            }
        }
    }

    private record Guard(Value reference, int parameter) {}

    /** Finds the references that must not lead to arrays with a shadow. */
    private void visit(Instruction instruction) {
        switch (instruction.opCode()) {
            case ARRAY_LOAD, GET_FIELD -> {
                if (instruction.value().type().isFloatingPoint() && activity.isUseful(instruction.value())) {
                    guard(instruction.operand(0));
                }
            }
            case ARRAY_STORE -> {
                Value stored = instruction.operand(2);
                if (stored.type().isFloatingPoint()) {
                    guard(instruction.operand(0));
                } else if (activity.hasShadow(instruction.operand(0))) {
                    guard(stored);
                }
            }
            case PUT_FIELD -> {
                if (instruction.operand(1).type().isFloatingPoint()) {
                    guard(instruction.operand(0));
                } else if (activity.hasShadow(instruction.operand(0))) {
                    guard(instruction.operand(1));
                }
            }
            default -> {
                if (instruction.opCode().isCall()
                        && !isInactive(instruction)
                        && !activity.regions().isInactive(instruction)) {
                    instruction.operands().forEach(this::guard);
                }
            }
        }
    }

    private static boolean isInactive(Instruction call) {
        return KnownCall.of(call).filter(KnownCall.INACTIVE::equals).isPresent();
    }

    private void guard(Value reference) {
        if (!isForeign(reference)) {
            return;
        }
        if (!origins.isComplete(reference)) {
            guarded.add(reference);
            return;
        }
        for (Value origin : origins.of(reference)) {
            Instruction definition = origin.definition();
            if (definition != null && isObtained(definition) && isForeign(origin) && !isChecked(definition)) {
                guarded.add(origin);
            }
        }
    }

    /** Whether the reference may lead to an array without a shadow that was not made here. */
    private boolean isForeign(Value reference) {
        if (!reference.type().isReference()) {
            return false;
        }
        for (Region region : activity.regions().of(reference)) {
            if (region.kind == Kind.OUTSIDE
                    || region.kind == Kind.UNCERTAIN
                    || region.kind == Kind.CONSTANT_PARAMETER
                    || isResultOfPlainCall(region)) {
                return true;
            }
        }
        return false;
    }

    /** What a call gives that stays as it is may be anything; one that is differentiated would refuse to give what has no shadow. */
    private boolean isResultOfPlainCall(Region region) {
        Instruction allocation = region.allocation;
        return allocation != null && activity.regions().mayFollow(allocation) && !activity.isFollowed(allocation);
    }

    private static boolean isObtained(Instruction instruction) {
        return switch (instruction.opCode()) {
            case EMBED, LOAD_CONSTANT, GET_STATIC, GET_FIELD, ARRAY_LOAD ->
                instruction.value().type().isReference();
            default ->
                instruction.opCode().isCall()
                        && instruction.result() != null
                        && instruction.value().type().isReference();
        };
    }

    /** Rows of constant parameters were compared on entry, see {@link ShadowChecks}. */
    private boolean isChecked(Instruction definition) {
        if (definition.opCode() != OpCode.ARRAY_LOAD || shadowed.contains(OF_CALLER)) {
            return false;
        }
        for (Region region : activity.regions().of(definition.operand(0))) {
            if (region.kind != Kind.CONSTANT_PARAMETER || !DerivativeRequest.carriesDerivative(region.type)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an object of one static type may be the array, or a row, of a parameter of the other. */
    private static boolean mayBeSame(Type reference, Type parameter) {
        if (!DerivativeRequest.carriesDerivative(parameter)) {
            return true;
        }
        if (!reference.isArray()) {
            return Region.isSupertypeOfArrays(reference);
        }
        String one = reference.descriptor().descriptorString();
        return parameter.descriptor().descriptorString().endsWith(one) || one.endsWith(";");
    }

    /** Whether more than one object is compared with. */
    private static boolean isNested(Type type) {
        return !type.isArray() || !type.descriptor().componentType().isPrimitive();
    }

    private void insert(Guard guard) {
        Value reference = guard.reference();
        Block block = reference.block();
        Instruction definition = reference.definition();
        SourcePosition position =
                definition != null ? definition.position() : block.terminator().position();
        Block rest = cut(block, definition == null ? 0 : block.instructions().indexOf(definition) + 1);
        Block place = block;
        if (!block.handlers().isEmpty()) {
            place = function.newBlock();
            block.setTerminator(new Jump(Edge.to(place), position));
        }
        Emitter emitter = Emitter.appendingTo(place, position);
        if (activity.hasShadow(reference)) {
            // It may be the argument itself, with its shadow.
            Value missing = ShadowRequirements.ask(emitter, reference).value();
            Block compared = function.newBlock();
            place.setTerminator(new Branch(missing, Edge.to(compared), Edge.to(rest), position));
            place = compared;
            emitter = Emitter.appendingTo(place, position);
        }
        Value same;
        if (guard.parameter() == OF_CALLER
                || isNested(function.parameters().get(guard.parameter()).type())) {
            Instruction look =
                    emitter.emit(OpCode.INVOKE_STATIC, CONTAIN, List.of(table(guard.parameter()), reference));
            look.setProved(true);
            same = look.value();
        } else {
            same = emitter.value(
                    OpCode.EQ, null, reference, function.parameters().get(guard.parameter()));
        }
        place.setTerminator(new Branch(same, Edge.to(refusal(guard, position)), Edge.to(rest), position));
    }

    /** Moves all from {@code start} on to a new block. Handlers stay with what may throw. */
    private Block cut(Block block, int start) {
        List<Instruction> all = List.copyOf(block.instructions());
        List<Instruction> tail = all.subList(start, all.size());
        Block rest = function.newBlock();
        block.setInstructions(all.subList(0, start));
        tail.forEach(rest::append);
        rest.setTerminator(block.terminator());
        if (rest.terminator() instanceof Throw || tail.stream().anyMatch(Instruction::mayThrow)) {
            rest.setHandlers(block.handlers());
        }
        if (block.instructions().stream().noneMatch(Instruction::mayThrow)) {
            block.setHandlers(List.of());
        }
        return rest;
    }

    /** The arrays of a nested argument, as they are on entry. */
    private Value table(int parameter) {
        return tables.computeIfAbsent(parameter, _ -> {
            Instruction table;
            if (parameter == OF_CALLER) {
                table = function.newInstruction(OpCode.INVOKE_STATIC, CALLER, List.of(), null);
                function.entry().insert(0, table);
                table.setProved(true);
                return table.value();
            }
            Value argument = function.parameters().get(parameter);
            if (DerivativeRequest.carriesDerivative(argument.type())) {
                table = function.newInstruction(OpCode.INVOKE_STATIC, OF, List.of(argument), null);
                function.entry().insert(0, table);
            } else {
                EmbeddedObject reader = new EmbeddedObject(Objects.requireNonNull(graph), GRAPH);
                Instruction embedded = function.newInstruction(OpCode.EMBED, reader, List.of(), null);
                table = function.newInstruction(
                        OpCode.INVOKE_VIRTUAL, REACHABLE, List.of(embedded.value(), argument), null);
                function.entry().insert(0, table);
                function.entry().insert(0, embedded);
            }
            table.setProved(true);
            return table.value();
        });
    }

    private Block refusal(Guard guard, @Nullable SourcePosition position) {
        Block block = function.newBlock();
        Emitter emitter = Emitter.appendingTo(block, position);
        String what = "cannot go on with the derivative of " + function.signature() + ": "
                + describe(guard.parameter()) + " and "
                + describe(guard.reference().definition())
                + " are the same, but only one of them has a shadow";
        Value where = position == null ? emitter.nullReference() : emitter.value(OpCode.CONSTANT, position.toString());
        Value exception = emitter.value(OpCode.INVOKE_STATIC, REFUSAL, emitter.value(OpCode.CONSTANT, what), where);
        block.setTerminator(new Throw(exception, position));
        return block;
    }

    private String describe(int parameter) {
        if (parameter == OF_CALLER) {
            return "a part of an argument of the derivative";
        }
        Type type = function.parameters().get(parameter).type();
        String part = !isNested(type)
                ? "parameter "
                : DerivativeRequest.carriesDerivative(type) ? "an array of parameter " : "a part of parameter ";
        return part + parameter;
    }

    private static String describe(@Nullable Instruction definition) {
        if (definition == null) {
            return "an array without a shadow";
        }
        return switch (definition.opCode()) {
            case GET_STATIC -> "what the static field " + definition.field().signature() + " holds";
            case GET_FIELD -> "what the field " + definition.field().signature() + " holds";
            case ARRAY_LOAD -> "an element of an array without a shadow";
            case EMBED -> "what the function captured";
            case INVOKE_STATIC, INVOKE_SPECIAL, INVOKE_VIRTUAL, INVOKE_INTERFACE ->
                "the result of " + definition.method().signature();
            default -> "an array without a shadow";
        };
    }
}
