package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts forward and reverse sweep into one function. Of several adjoints the first is computed; {@link SeveralAdjoints} does the others. */
final class CombinedSweeps {
    private final SweepPlan plan;
    private final DerivativeSignature signature;
    private final Function output;
    private final Map<Integer, Value> primals = new HashMap<>();
    private final Map<Integer, Value> shadowParameters = new HashMap<>();
    private @Nullable Value seed;

    CombinedSweeps(String name, DerivativeSignature signature, SweepPlan plan) {
        this.plan = plan;
        this.signature = signature;
        this.output = new Function(name, null, signature.returnType());
    }

    Function assemble() {
        Block entry = output.newBlock();
        for (Slot slot : signature.parameters()) {
            Value parameter = entry.addParameter(slot.type());
            if (slot.lane() > 0) {
                continue;
            }
            switch (slot.role()) {
                case PRIMAL -> primals.put(slot.primal(), parameter);
                case DERIVATIVE -> shadowParameters.put(slot.primal(), parameter);
                case SEED -> seed = parameter;
            }
        }
        Value stacks = plan.shadows().usesStacks() ? CallSignature.acquire(Emitter.appendingTo(entry, null)) : null;
        Workplace place = Workplace.in(output, plan, stacks);
        ForwardSweep forward = new ForwardSweep(plan, place);
        forward.make(entry, arguments(stacks));
        Block returning = plan.returning();
        if (returning == null) {
            place.finish();
            return output;
        }
        ReverseSweep sweep = new ReverseSweep(place, plan, forward.copies());
        Return end = (Return) returning.terminator();
        forward.copyOf(returning).setTerminator(new Jump(Edge.to(sweep.start(returning)), end.position()));
        sweep.run(returning, target -> seed(end.value(), target), block -> finish(block, end, forward, place));
        place.finish();
        return output;
    }

    private List<Value> arguments(@Nullable Value stacks) {
        List<Value> arguments = new ArrayList<>();
        for (int index = 0; index < plan.parameters(); index++) {
            arguments.add(Objects.requireNonNull(primals.get(index)));
        }
        for (int index = 0; index < plan.parameters(); index++) {
            if (plan.shadows().has(plan.augmented().parameters().get(index))) {
                arguments.add(Objects.requireNonNull(shadowParameters.get(index)));
            }
        }
        if (stacks != null) {
            arguments.add(stacks);
        }
        return arguments;
    }

    private void seed(@Nullable Value result, AdjointRules.Target target) {
        Value adjoint = seed;
        if (result == null || adjoint == null) {
            return;
        }
        if (plan.activity().isActive(result)) {
            target.addToAdjoint(result, adjoint);
        } else if (plan.shadows().has(result)) {
            plan.rules().addSeed(target, result, adjoint);
        }
    }

    private void finish(Block block, Return end, ForwardSweep forward, Workplace place) {
        place.tape().release(block);
        boolean several = signature.results().stream().anyMatch(slot -> slot.lane() > 0);
        List<Value> results = new ArrayList<>();
        Emitter emitter = Emitter.appendingTo(block, end.position());
        for (Slot slot : signature.results()) {
            if (slot.role() == Role.PRIMAL) {
                results.add(forward.copyOf(Objects.requireNonNull(end.value())));
            } else {
                Value parameter = plan.augmented().parameters().get(slot.primal());
                Value adjoint = place.variables().read(new Variable.Adjoint(parameter), block);
                results.add(several ? SeveralAdjoints.mark(emitter, adjoint, slot.lane()) : adjoint);
            }
        }
        Value packed = signature.pack(emitter, results);
        block.setTerminator(new Return(packed, end.position()));
    }
}
