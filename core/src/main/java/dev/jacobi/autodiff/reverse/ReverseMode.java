package dev.jacobi.autodiff.reverse;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.DerivativeSignature.Role;
import dev.jacobi.autodiff.DerivativeSignature.Slot;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.ReverseFlow.Landing;
import dev.jacobi.autodiff.reverse.ReverseFlow.Step;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.EliminateDeadCode;
import dev.jacobi.optimize.RemoveRedundantParameters;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse mode: from a function to one that computes the same and then, backwards, the adjoints of its arguments.
 *
 * <p>The signature is that of {@link DerivativeSignature}. Shadows are accumulated into, and only after the primal has been computed. Handles numbers and (nested) arrays of {@code float} and {@code double}, any reducible
 * control flow, loops of any number of iterations, in-place updates, and the calls of {@link dev.jacobi.autodiff.KnownCall}. Other calls must
 * have been inlined, unless nothing that carries a derivative gets into them. Refused are handlers, fields that carry derivatives,
 * and what {@link ActivityAnalysis} refuses.
 */
public final class ReverseMode {
    private final Function primal;
    private final DerivativeSignature signature;
    private final DerivativeRequest request;
    private final boolean parametersDistinct;

    private ReverseMode(Function primal, DerivativeRequest request, boolean parametersDistinct) {
        this.primal = primal;
        this.request = request;
        this.signature = DerivativeSignature.of(primal, request);
        this.parametersDistinct = parametersDistinct;
    }

    /** As {@link #transform(Function, DerivativeRequest, boolean)}, for arguments of which several may be the same array. */
    public static Function transform(Function primal, DerivativeRequest request) {
        return transform(primal, request, false);
    }

    /**
     * Makes the reverse derivative; {@code primal} stays as it is.
     *
     * @param primal optimised, with calls inlined
     * @param parametersDistinct whether the caller makes sure that no two arguments are, or hold, the same array; less is stored then
     * @throws dev.jacobi.JacobiException if the function has something that reverse mode cannot do
     */
    public static Function transform(Function primal, DerivativeRequest request, boolean parametersDistinct) {
        return new ReverseMode(primal, request, parametersDistinct).transform();
    }

    private Function transform() {
        Function augmented = primal.copy();
        CanonicalForm.establish(augmented);
        int parameters = augmented.parameters().size();
        ActivityAnalysis activity = ActivityAnalysis.of(augmented, request.activities());
        Shadows shadows = Shadows.add(augmented, activity);
        AdjointRules rules = new AdjointRules(activity, shadows);
        ReverseFlow flow = flow(augmented, activity, rules);
        LoopCounters counters = LoopCounters.add(flow);
        Decisions decisions = Decisions.add(flow);
        Overwrites overwrites = new Overwrites(augmented, activity, shadows, parametersDistinct);
        Recomputation recomputation = new Recomputation(flow, counters, overwrites);
        Set<Value> counterValues = new LinkedHashSet<>();
        flow.loops().forEach(loop -> counterValues.add(counters.of(loop).value()));
        StoragePlan storage = new StoragePlan(
                flow,
                recomputation,
                counterValues::contains,
                decisions::isSmall,
                needs(flow, counters, decisions, rules, shadows));
        ReverseSweep.Plans plans = new ReverseSweep.Plans(flow, counters, decisions, recomputation, storage);
        return new Assembly(augmented, parameters, activity, shadows, rules, plans).assemble();
    }

    private static ReverseFlow flow(Function function, ActivityAnalysis activity, AdjointRules rules) {
        return new ReverseFlow(
                function,
                Loops.of(function),
                block -> block.parameters().stream().anyMatch(activity::isActive)
                        || block.instructions().stream().anyMatch(rules::acts),
                block -> block.parameters().stream().anyMatch(activity::isActive),
                activity::mayReturn);
    }

    /** All that the reverse sweep reads, in the order of its blocks. */
    private Set<Need> needs(
            ReverseFlow flow, LoopCounters counters, Decisions decisions, AdjointRules rules, Shadows shadows) {
        Set<Need> needs = new LinkedHashSet<>();
        for (Block block : flow.blocks()) {
            for (Instruction instruction : block.instructions().reversed()) {
                rules.needs(instruction, value -> needs.add(new Need(value, block)));
            }
            switch (flow.step(block)) {
                case Step.Merge _ -> needs.add(new Need(decisions.of(block).value(), block));
                case Step.Header(var loop, var _, var _) -> {
                    needs.add(new Need(counters.of(loop).value(), block));
                    needs.add(new Need(counters.of(loop).initial(), block));
                }
                case Step.Along(Block predecessor) -> {
                    Landing landing = flow.landing(block, predecessor);
                    for (Loop loop : landing.entered()) {
                        LoopCounters.Counter counter = counters.of(loop);
                        needs.add(
                                new Need(Objects.requireNonNull(counter.atExit().get(block)), block));
                        if (counter.knownAtEntry()) {
                            needs.add(new Need(counter.initial(), block));
                        }
                    }
                }
                case Step.Skip _, Step.End _ -> {}
            }
            if (block.terminator() instanceof Return(Value result, var _) && result != null && shadows.has(result)) {
                needs.add(new Need(shadows.of(result), block));
            }
        }
        return needs;
    }

    /** Puts forward and reverse sweep together. */
    private final class Assembly {
        private final Function augmented;
        private final int parameters;
        private final ActivityAnalysis activity;
        private final Shadows shadows;
        private final AdjointRules rules;
        private final ReverseSweep.Plans plans;
        private final Function output;
        private final Map<Value, Value> copies = new HashMap<>();
        private final Map<Integer, Value> shadowParameters = new HashMap<>();
        private @Nullable Value seed;

        Assembly(
                Function augmented,
                int parameters,
                ActivityAnalysis activity,
                Shadows shadows,
                AdjointRules rules,
                ReverseSweep.Plans plans) {
            this.augmented = augmented;
            this.parameters = parameters;
            this.activity = activity;
            this.shadows = shadows;
            this.rules = rules;
            this.plans = plans;
            this.output = new Function(primal.name() + ".reverse", null, signature.returnType());
        }

        Function assemble() {
            Block entry = output.newBlock();
            Map<Integer, Value> primals = new HashMap<>();
            for (Slot slot : signature.parameters()) {
                Value parameter = entry.addParameter(slot.type());
                switch (slot.role()) {
                    case PRIMAL -> primals.put(slot.primal(), parameter);
                    case DERIVATIVE -> shadowParameters.put(slot.primal(), parameter);
                    case SEED -> seed = parameter;
                }
            }
            Map<Block, Block> blocks = augmented.copyInto(output, copies);
            List<Value> arguments = new ArrayList<>();
            for (int index = 0; index < parameters; index++) {
                arguments.add(Objects.requireNonNull(primals.get(index)));
            }
            for (int index = 0; index < parameters; index++) {
                if (shadows.has(augmented.parameters().get(index))) {
                    arguments.add(Objects.requireNonNull(shadowParameters.get(index)));
                }
            }
            Zeros zeros = new Zeros(entry);
            SsaVariables<Variable> variables = new SsaVariables<>(output, zeros);
            Set<TapeKind> kinds = EnumSet.noneOf(TapeKind.class);
            plans.storage()
                    .records()
                    .values()
                    .forEach(record ->
                            record.forEach(value -> kinds.add(TapeKind.of(value, plans.decisions()::isSmall))));
            Tape tape = new Tape(variables, plans.decisions()::isSmall, kinds);
            tape.acquire(entry);
            entry.setTerminator(new Jump(
                    new Edge(Objects.requireNonNull(blocks.get(augmented.entry())), arguments),
                    augmented.entry().terminator().position()));
            Block returning = plans.flow().returning();
            if (returning == null) {
                return cleaned(Set.of(), zeros);
            }
            writeCarried(blocks, variables, zeros);
            LoopRecords loopRecords = new LoopRecords(plans, tape, variables);
            plans.storage().records().forEach((block, record) -> {
                Block copy = Objects.requireNonNull(blocks.get(block));
                if (!loopRecords.contains(block)) {
                    tape.push(copy, List.copyOf(record), value -> recorded(value, block, copy, variables));
                }
            });
            for (Loop loop : loopRecords.loops()) {
                Block latch = Objects.requireNonNull(loop.latch());
                Block copy = Objects.requireNonNull(blocks.get(latch));
                loopRecords.push(
                        loop,
                        Objects.requireNonNull(blocks.get(loop.preheader())),
                        copy,
                        this::copy,
                        value -> recorded(value, latch, copy, variables));
            }
            ReverseSweep sweep =
                    new ReverseSweep(output, variables, activity, rules, plans, tape, loopRecords, zeros, copies);
            Return end = (Return) returning.terminator();
            Objects.requireNonNull(blocks.get(returning))
                    .setTerminator(new Jump(Edge.to(sweep.start(returning)), end.position()));
            sweep.run(returning, target -> seed(end.value(), target), block -> finish(block, end, tape, variables));
            variables.finish();
            return cleaned(sweep.sums(), zeros);
        }

        private void writeCarried(Map<Block, Block> blocks, SsaVariables<Variable> variables, Zeros zeros) {
            for (Value value : plans.storage().carriedOrStored()) {
                var level = plans.storage().level(value);
                Block block = Objects.requireNonNull(blocks.get(value.block()));
                if (level != null && value.block() != level.header()) {
                    // Not defined on all ways through the iteration: what an earlier one left must not be carried on.
                    variables.write(
                            new Variable.Primal(value),
                            Objects.requireNonNull(blocks.get(level.header())),
                            zeros.of(value.type()));
                }
                variables.write(new Variable.Primal(value), afterThrowing(value, block, blocks), copy(value));
            }
        }

        /** What threw gave no result: the variable has it in the block after. */
        private static Block afterThrowing(Value value, Block copy, Map<Block, Block> blocks) {
            Block block = value.block();
            return block.handlers().isEmpty() ? copy : Objects.requireNonNull(blocks.get(HandlerForm.after(block)));
        }

        private Value copy(Value value) {
            return Objects.requireNonNull(copies.get(value));
        }

        /** What a block records of a value: the value itself where it is defined on all ways, else what the variable has. */
        private Value recorded(Value value, Block block, Block copy, SsaVariables<Variable> variables) {
            boolean there = value.block() == block
                    || plans.flow().loopForest().dominators().isAvailable(value, block);
            return there ? copy(value) : variables.read(new Variable.Primal(value), copy);
        }

        private void seed(@Nullable Value result, AdjointRules.Target target) {
            Value adjoint = seed;
            if (result == null || adjoint == null) {
                return;
            }
            if (activity.isActive(result)) {
                target.addToAdjoint(result, adjoint);
            } else if (shadows.has(result)) {
                rules.addSeed(target, result, adjoint);
            }
        }

        private void finish(Block block, Return end, Tape tape, SsaVariables<Variable> variables) {
            tape.release(block);
            List<Value> results = new ArrayList<>();
            for (Slot slot : signature.results()) {
                if (slot.role() == Role.PRIMAL) {
                    results.add(copy(Objects.requireNonNull(end.value())));
                } else {
                    Value parameter = augmented.parameters().get(slot.primal());
                    results.add(variables.read(new Variable.Adjoint(parameter), block));
                }
            }
            Value packed = signature.pack(Emitter.appendingTo(block, end.position()), results);
            block.setTerminator(new Return(packed, end.position()));
        }

        private Function cleaned(Set<Instruction> sums, Zeros zeros) {
            output.retainBlocks(ReversePostorder.of(output).blocks());
            do {
                RemoveRedundantParameters.run(output);
            } while (dropZeros(sums, zeros));
            EliminateDeadCode.run(output);
            return output;
        }

        /** Replaces sums with the constant 0 by their other operand. */
        private boolean dropZeros(Set<Instruction> sums, Zeros zeros) {
            Map<Value, Value> replaced = new HashMap<>();
            for (Block block : output.blocks()) {
                for (Instruction instruction : List.copyOf(block.instructions())) {
                    if (sums.contains(instruction)) {
                        Optional<Value> other = zeros.contains(instruction.operand(0))
                                ? Optional.of(instruction.operand(1))
                                : zeros.contains(instruction.operand(1))
                                        ? Optional.of(instruction.operand(0))
                                        : Optional.empty();
                        other.ifPresent(value -> {
                            replaced.put(instruction.value(), value);
                            block.remove(instruction);
                        });
                    }
                }
            }
            output.replaceValues(replaced);
            return !replaced.isEmpty();
        }
    }
}
