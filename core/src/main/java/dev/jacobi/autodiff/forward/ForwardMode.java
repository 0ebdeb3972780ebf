package dev.jacobi.autodiff.forward;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
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
    private final DerivativeSignature signature;
    private final Function target;
    private final Map<Block, Block> blocks = new LinkedHashMap<>();
    private final Tangents tangents;
    private final TangentRules rules;

    /**
     * Differentiates a function, which stays as it is.
     *
     * @throws JacobiException if activities do not fit, or the function does what cannot be differentiated
     */
    public static Function transform(Function primal, DerivativeRequest request) {
        return new ForwardMode(primal, request).run();
    }

    private ForwardMode(Function primal, DerivativeRequest request) {
        this.primal = primal;
        this.signature = DerivativeSignature.of(primal, request);
        this.activity = ActivityAnalysis.of(primal, request.activities());
        this.target = new Function(primal.name() + "$forward", primal.origin(), signature.returnType());
        for (Block block : ReversePostorder.of(primal).blocks()) {
            blocks.put(block, target.newBlock());
        }
        this.tangents = new Tangents(target, target.entry(), request.width());
        this.rules = new TangentRules(activity, tangents);
    }

    private Function run() {
        List<Block> order = List.copyOf(blocks.keySet());
        addEntryParameters();
        for (Block block : order.subList(1, order.size())) {
            block.parameters().forEach(parameter -> addParameter(copyOf(block), parameter));
        }
        order.forEach(this::transform);
        target.orderBlocks(ReversePostorder.of(target).blocks());
        return target;
    }

    private Block copyOf(Block block) {
        Block copy = blocks.get(block);
        if (copy == null) {
            throw new JacobiException(Refusal.INTERNAL, block + " of " + primal.name() + " was not reached", null);
        }
        return copy;
    }

    private void addEntryParameters() {
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

    private void addParameter(Block block, Value parameter) {
        tangents.setPrimal(parameter, block.addParameter(parameter.type()));
        if (rules.isPaired(parameter)) {
            tangents.inEachLane(() -> tangents.set(parameter, block.addParameter(parameter.type())));
        }
    }

    private void transform(Block block) {
        tangents.enter(copyOf(block));
        // Only the part of the block that ends with what throws needs the handlers.
        boolean guarded = !block.handlers().isEmpty();
        for (Instruction instruction : block.instructions()) {
            tangents.copy(instruction);
            if (guarded && instruction.mayThrow()) {
                tangents.setHandlers(handlers(block));
                guarded = false;
            }
            if (activity.mayReturn(block)) {
                tangents.inEachLane(() -> rules.follow(instruction));
            }
        }
        if (guarded) {
            tangents.setHandlers(handlers(block));
        }
        tangents.terminate(terminator(block.terminator()));
    }

    private List<Handler> handlers(Block block) {
        return block.handlers().stream()
                .map(handler -> new Handler(handler.catchType(), edge(handler.edge(), 1)))
                .toList();
    }

    private Terminator terminator(Terminator terminator) {
        return terminator instanceof Return end ? result(end) : terminator.map(tangents::primal, edge -> edge(edge, 0));
    }

    /** An edge that passes the tangent or shadow of an argument wherever the parameter has one. */
    private Edge edge(Edge edge, int first) {
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            Value argument = edge.arguments().get(index);
            arguments.add(tangents.primal(argument));
            if (rules.isPaired(edge.target().parameter(index + first))) {
                tangents.inEachLane(() -> arguments.add(tangents.of(argument)));
            }
        }
        return new Edge(copyOf(edge.target()), arguments);
    }

    private Return result(Return end) {
        List<Value> results = new ArrayList<>();
        Value value = end.value();
        if (value != null) {
            for (Slot slot : signature.results()) {
                tangents.lane(slot.lane());
                results.add(slot.role() == Role.PRIMAL ? tangents.primal(value) : resultTangent(value, end));
            }
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
