package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.ContainerCall;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts beside each reference that may lead to numbers with adjoints a second one, which leads to the adjoints: its shadow. Shadows are
 * ordinary values of the function: parameters for parameters, loaded from the shadow where the reference is loaded, allocated and filled with
 * zeros where it is allocated. Where no shadow can be, on one of several ways, the shadow is null.
 *
 * <p>Arrays of numbers get no other treatment here; their adjoints are computed by the reverse sweep alone.
 */
final class AddShadows {
    private final Function function;
    private final ActivityAnalysis activity;
    private final RequiredShadows required;
    private final Shadows shadows;
    private final ShadowCalls calls;
    private final ShadowRules rules;
    private final Map<Value, Value> resultsOfThrowing = new HashMap<>();
    private final Map<Block, Integer> originalParameters = new HashMap<>();

    private AddShadows(Function function, ActivityAnalysis activity, ShadowTypes types, Callees callees) {
        ObjectCode objects = new ObjectCode(types);
        this.function = function;
        this.activity = activity;
        this.required = new RequiredShadows(activity, callees);
        this.shadows = new Shadows(activity);
        this.calls = new ShadowCalls(shadows, objects);
        this.rules = new ShadowRules(activity, shadows, objects, calls);
    }

    /** Changes the function: its parameters grow by the shadows of its parameters, in order, and by the stacks if it {@linkplain Shadows#usesStacks uses them}. */
    static Shadows run(Function function, ActivityAnalysis activity, ShadowTypes types, Callees callees) {
        AddShadows adding = new AddShadows(function, activity, types, callees);
        adding.findResultsOfThrowing();
        adding.addParameters();
        adding.addStacks();
        adding.addInstructions();
        adding.addArguments();
        adding.requireResults();
        return adding.shadows;
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
                    shadows.useStacks(function.entry().addParameter(Type.of(CallSignature.STACKS)));
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
                            shadows.accompany(made, instruction);
                            (block.handlers().isEmpty() ? all : after).add(made);
                        },
                        instruction.position());
                if (ShadowRequirements.asks(instruction)) {
                    all.removeLast();
                    answers.put(
                            instruction.value(),
                            ShadowRequirements.answer(emitter, shadows.find(instruction.operand(0))));
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
                rules.store(instruction, emitter);
            }
            return;
        }
        if (instruction.opCode() == OpCode.PUT_FIELD) {
            require(instruction, instruction.operand(0), instruction.operand(1), emitter);
            if (instruction.operand(1).type().isReference() && activity.hasShadow(instruction.operand(0))) {
                rules.put(instruction, emitter);
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
            if (ShadowCalls.holdsReferences(instruction.operand(2)) && activity.hasShadow(instruction.operand(2))) {
                calls.copyElements(instruction, emitter);
            }
            return;
        }
        if (call.equals(Optional.of(KnownCall.RELEASE))) {
            if (ShadowCalls.holdsReferences(instruction.operand(0)) && activity.hasShadow(instruction.operand(0))) {
                emitter.emit(
                        instruction.opCode(), instruction.attribute(), List.of(shadows.of(instruction.operand(0))));
            }
            return;
        }
        if (instruction.result() == null
                || !instruction.value().type().isReference()
                || !activity.hasShadow(instruction.value())) {
            return;
        }
        put(instruction.value(), rules.of(instruction, call, emitter));
    }

    private void require(Instruction store, Value memory, Value stored, Emitter emitter) {
        required.ofStore(memory, shadows.orNull(memory, emitter), stored, shadows.find(stored), emitter);
        if (activity.hasShadow(memory) && required.isOpen(memory, stored)) {
            required.ofReference(stored, shadows.of(stored), emitter, store.position());
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
                required.ofReference(result, shadows.of(result), emitter, position);
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
            Value shadow = shadows.orNull(call.operand(0), emitter);
            row.storedOperands(call)
                    .forEach(
                            stored -> required.ofStore(call.operand(0), shadow, stored, shadows.find(stored), emitter));
        }
        Instruction made = row.emit(call, emitter, new ContainerCall.Source() {
            @Override
            public Value primal(Value value) {
                return value;
            }

            @Override
            public Value shadow(Value value) {
                return shadows.orNull(value, emitter);
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
            if (shadows.has(parameter) && !resultsOfThrowing.containsKey(parameter)) {
                Emitter emitter = Emitter.appendingTo(place, place.terminator().position());
                more = more.plus(shadows.orNull(edge.arguments().get(index), emitter));
            }
        }
        return more;
    }
}
