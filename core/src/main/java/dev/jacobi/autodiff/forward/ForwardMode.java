package dev.jacobi.autodiff.forward;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.CalleeChecks;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the function that computes the directional derivative beside the value: the primal's instructions and control flow are copied
 * unchanged, and after each instruction on active values comes what computes its tangent. Of several directions at once each has tangents
 * and shadows of its own, its lane, which hold what they would hold if it were alone, bit for bit.
 *
 * <p>Block parameters, local arrays and array rows get a tangent or shadow next to them. Exceptions, handlers and side effects are those of the
 * primal; when an exception leaves the function, what shadows hold is unspecified. Blocks that end in an exception get no tangents.
 *
 * <p>Not handled, and refused: what {@link ActivityAnalysis} refuses; a returned array that may be a parameter without a shadow.
 */
public final class ForwardMode {
    private final Function primal;
    private final ActivityAnalysis activity;
    private final Function target;
    private final Map<Block, Block> blocks = new LinkedHashMap<>();
    private final Tangents tangents;
    private final TangentRules rules;
    private @Nullable Value stacks;

    /**
     * Differentiates a function, which stays as it is.
     *
     * @throws JacobiException if activities do not fit, or the function does what cannot be differentiated
     */
    public static Function transform(Function primal, DerivativeRequest request) {
        return transform(primal, request, Callees.NONE);
    }

    /**
     * As {@link #transform(Function, DerivativeRequest)}.
     *
     * @param callees the derivatives of methods whose calls were not inlined
     */
    public static Function transform(Function primal, DerivativeRequest request, Callees callees) {
        return transform(primal, request, callees, ActivityAnalysis.of(primal, request.activities(), callees));
    }

    /**
     * As {@link #transform(Function, DerivativeRequest, Callees)}.
     *
     * @param activity the analysis of the primal as it is
     */
    public static Function transform(
            Function primal, DerivativeRequest request, Callees callees, ActivityAnalysis activity) {
        DerivativeSignature signature = DerivativeSignature.of(primal, request);
        Function target = new Function(primal.name() + "$forward", primal.origin(), signature.returnType());
        target.newBlock();
        ForwardMode mode =
                new ForwardMode(primal, activity, new ShadowArrays(request.width(), request.packed()), target, callees);
        mode.tangents.layout().check(primal, activity, false);
        mode.addEntryParameters(signature);
        mode.run(end -> mode.result(signature, end));
        return target;
    }

    /**
     * Makes the derivative for calls.
     *
     * @param target a function without code, as {@link CallSignature#newForward} makes it
     */
    public static void transform(Function primal, CallSignature signature, Function target, Callees callees) {
        ActivityAnalysis activity = ActivityAnalysis.ofCallee(primal, signature, callees);
        CalleeChecks.run(activity, callees);
        ForwardMode mode = new ForwardMode(
                primal, activity, new ShadowArrays(signature.width(), signature.packed()), target, callees);
        mode.tangents.layout().check(primal, activity, true);
        mode.takeEntryParameters(signature);
        mode.run(mode::result);
    }

    private ForwardMode(
            Function primal, ActivityAnalysis activity, ShadowArrays layout, Function target, Callees callees) {
        this.primal = primal;
        this.activity = activity;
        this.target = target;
        for (Block block : ReversePostorder.of(primal).blocks()) {
            blocks.put(block, blocks.isEmpty() ? target.entry() : target.newBlock());
        }
        this.tangents = new Tangents(target, target.entry(), layout);
        this.rules = new TangentRules(activity, tangents, callees, this::stacks, new ShadowTypes(callees.classes()));
    }

    private Value stacks() {
        if (stacks == null) {
            throw Internal.error("a call needs shared stacks");
        }
        return stacks;
    }

    private void run(UnaryOperator<Return> result) {
        List<Block> order = List.copyOf(blocks.keySet());
        for (Block block : order.subList(1, order.size())) {
            block.parameters().forEach(parameter -> addParameter(copyOf(block), parameter));
        }
        order.forEach(block -> transform(block, result));
        target.orderBlocks(ReversePostorder.of(target).blocks());
    }

    private Block copyOf(Block block) {
        Block copy = blocks.get(block);
        if (copy == null) {
            throw new JacobiException(Refusal.INTERNAL, block + " of " + primal.name() + " was not reached", null);
        }
        return copy;
    }

    private void addEntryParameters(DerivativeSignature signature) {
        for (Slot slot : signature.parameters()) {
            Value parameter = primal.parameters().get(slot.primal());
            Value added = copyOf(primal.entry()).addParameter(slot.type());
            if (slot.role() == Role.PRIMAL) {
                tangents.setPrimal(parameter, added);
            } else {
                tangents.lane(slot.lane());
                tangents.set(parameter, added);
            }
        }
    }

    private void takeEntryParameters(CallSignature signature) {
        List<Value> given = target.entry().parameters();
        stacks = given.getFirst();
        int next = 1;
        for (int index = 0; index < primal.parameters().size(); index++) {
            Value parameter = primal.parameters().get(index);
            tangents.setPrimal(parameter, given.get(next++));
            if (signature.activities().get(index).isActive()) {
                for (int lane = 0; lane < signature.lanes(index); lane++) {
                    tangents.lane(lane);
                    tangents.set(parameter, given.get(next++));
                }
            }
        }
    }

    private void addParameter(Block block, Value parameter) {
        tangents.setPrimal(parameter, block.addParameter(parameter.type()));
        if (rules.isPaired(parameter)) {
            tangents.inEachLane(
                    parameter.type(),
                    () -> tangents.set(parameter, block.addParameter(ShadowTypes.of(parameter.type()))));
        }
    }

    private void transform(Block block, UnaryOperator<Return> result) {
        tangents.enter(copyOf(block));
        if (block == primal.entry() && stacks == null && rules.anyFollowed(primal)) {
            stacks = CallSignature.acquire(tangents.emitter(null));
        }
        // Only the part of the block that ends with what throws needs the handlers.
        boolean guarded = !block.handlers().isEmpty();
        for (Instruction instruction : block.instructions()) {
            if (activity.isFollowed(instruction)) {
                rules.call(instruction);
            } else if (ShadowRequirements.asks(instruction)) {
                rules.answer(instruction);
            } else {
                tangents.copy(instruction);
            }
            if (guarded && instruction.mayThrow()) {
                tangents.setHandlers(handlers(block));
                guarded = false;
            }
            if (activity.mayReturn(block)) {
                tangents.inEachLane(tangents.layout().isShared(instruction), lane -> rules.follow(instruction, lane));
            }
            if (guarded) {
                tangents.leaveThrowing();
            }
        }
        if (guarded) {
            tangents.setHandlers(handlers(block));
        }
        tangents.terminate(terminator(block.terminator(), result));
    }

    private List<Handler> handlers(Block block) {
        return block.handlers().stream()
                .map(handler -> new Handler(handler.catchType(), edge(handler.edge(), 1)))
                .toList();
    }

    private Terminator terminator(Terminator terminator, UnaryOperator<Return> result) {
        return terminator instanceof Return end
                ? result.apply(end)
                : terminator.map(tangents::primal, edge -> edge(edge, 0));
    }

    /** An edge that passes the tangent or shadow of an argument wherever the parameter has one. */
    private Edge edge(Edge edge, int first) {
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value argument = edge.arguments().get(index);
            arguments.add(tangents.primal(argument));
            if (rules.isPaired(edge.target().parameter(index + first))) {
                tangents.inEachLane(argument.type(), () -> arguments.add(tangents.of(argument)));
            }
        }
        return new Edge(copyOf(edge.target()), arguments);
    }

    /** The return of a derivative for calls. */
    private Return result(Return end) {
        Value value = end.value();
        if (value == null) {
            return end;
        }
        Emitter emitter = tangents.emitter(end.position());
        if (value.type().isFloatingPoint()) {
            tangents.inEachLane(lane -> CallSignature.putNumber(emitter, stacks(), lane, tangents.of(value)));
        } else if (value.type().isReference()) {
            tangents.inEachLane(
                    tangents.layout().isShared(value.type()),
                    lane -> CallSignature.putShadow(emitter, stacks(), lane, rules.returned(value, end.position())));
        }
        return new Return(tangents.primal(value), end.position());
    }

    private Return result(DerivativeSignature signature, Return end) {
        List<Value> results = new ArrayList<>();
        Value value = end.value();
        if (value != null) {
            for (Slot slot : signature.results()) {
                tangents.lane(slot.lane());
                results.add(slot.role() == Role.PRIMAL ? tangents.primal(value) : resultTangent(value, end));
            }
        }
        if (stacks != null) {
            CallSignature.release(tangents.emitter(end.position()), stacks);
        }
        return new Return(signature.pack(tangents.emitter(end.position()), results), end.position());
    }

    private Value resultTangent(Value result, Return end) {
        if (result.type().isReference() && activity.mayLackShadow(result)) {
            throw new JacobiException(
                    Refusal.NOT_DIFFERENTIABLE_RESULT,
                    "cannot differentiate " + primal.signature() + ": it may return an array that has no shadow",
                    end.position() == null ? null : end.position().toString());
        }
        return tangents.of(result);
    }
}
