package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts forward and reverse sweep into a function each. What outside of loops is computed once is a last record, which the return pushes and the
 * reverse sweep takes off first, except for the parameters that it gets again.
 */
final class SeparateSweeps {
    private final CallSignature signature;
    private final Function augmented;
    private final Function reverse;
    private final SweepPlan plan;

    SeparateSweeps(CallSignature signature, ReversePair pair, SweepPlan plan) {
        this.signature = signature;
        this.augmented = pair.augmented();
        this.reverse = pair.reverse();
        this.plan = plan;
    }

    void assemble() {
        makeForward();
        makeReverse();
    }

    private void makeForward() {
        Block entry = augmented.entry();
        Value stacks = entry.parameter(0);
        Workplace place = Workplace.in(augmented, plan, stacks);
        ForwardSweep forward = new ForwardSweep(plan, place);
        forward.make(entry, arguments(entry, stacks));
        Block returning = plan.returning();
        if (returning != null) {
            Block end = forward.copyOf(returning);
            Return original = (Return) returning.terminator();
            Emitter emitter = Emitter.appendingTo(end, original.position());
            place.tape().share(emitter, end);
            Value result = original.value();
            if (result != null && result.type().isReference()) {
                boolean shadowed = plan.shadows().has(result);
                Value shadow = shadowed ? forward.copyOf(plan.shadows().of(result)) : emitter.nullReference();
                CallSignature.putShadow(emitter, stacks, 0, shadow);
            }
        }
        place.finish();
    }

    /** For the primal's parameters first, then for the shadows of those that have one in the plan. */
    private List<Value> arguments(Block entry, Value stacks) {
        List<Value> arguments = new ArrayList<>();
        List<Value> shadows = new ArrayList<>();
        int next = 1;
        for (int index = 0; index < plan.parameters(); index++) {
            arguments.add(entry.parameter(next++));
            if (signature.hasShadow(index)) {
                Value shadow = entry.parameter(next++);
                if (plan.shadows().has(plan.augmented().parameters().get(index))) {
                    shadows.add(shadow);
                }
            }
        }
        arguments.addAll(shadows);
        if (plan.shadows().usesStacks()) {
            arguments.add(stacks);
        }
        return arguments;
    }

    private void makeReverse() {
        Block entry = reverse.entry();
        Workplace place = Workplace.in(reverse, plan, entry.parameter(0));
        Block returning = plan.returning();
        if (returning == null) {
            finish(entry, place);
            place.finish();
            return;
        }
        Return end = (Return) returning.terminator();
        ReverseSweep sweep = new ReverseSweep(place, plan, passedAgain(entry));
        entry.setTerminator(new Jump(Edge.to(sweep.start(returning)), end.position()));
        sweep.run(returning, target -> seed(end.value(), entry, target), block -> finish(block, place));
        place.finish();
    }

    private Map<Value, Value> passedAgain(Block entry) {
        Map<Value, Value> copies = new HashMap<>();
        int next = 1;
        for (int index = 0; index < plan.parameters(); index++) {
            Value parameter = plan.augmented().parameters().get(index);
            if (signature.hasShadow(index)) {
                Value shadow = entry.parameter(next++);
                // The caller gives one, but a receiver of this class holds no numbers.
                if (plan.shadows().has(parameter)) {
                    copies.put(plan.shadows().of(parameter), shadow);
                }
            }
            if (signature.isPassedAgain(index)) {
                copies.put(parameter, entry.parameter(next++));
            }
        }
        return copies;
    }

    private void seed(@Nullable Value result, Block entry, AdjointRules.Target target) {
        if (result != null && plan.activity().isActive(result)) {
            target.addToAdjoint(
                    result, entry.parameters().get(reverse.parameters().size() - 1));
        }
    }

    private void finish(Block block, Workplace place) {
        Emitter emitter = Emitter.appendingTo(block, null);
        place.tape().shareTops(emitter, block);
        Value first = null;
        int count = 0;
        for (int index : signature.activeNumbers()) {
            Value parameter = plan.augmented().parameters().get(index);
            Value adjoint = place.variables().read(new Variable.Adjoint(parameter), block);
            if (count == 0) {
                first = adjoint;
            } else {
                CallSignature.putNumber(emitter, place.tape().stacks(), count - 1, adjoint);
            }
            count++;
        }
        block.setTerminator(new Return(first, null));
    }
}
