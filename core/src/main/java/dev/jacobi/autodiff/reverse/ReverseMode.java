package dev.jacobi.autodiff.reverse;

import dev.jacobi.Activity;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.CalleeChecks;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeSignature;
import dev.jacobi.autodiff.ObjectCode;
import dev.jacobi.autodiff.ShadowTypes;
import dev.jacobi.autodiff.reverse.ReverseFlow.Landing;
import dev.jacobi.autodiff.reverse.ReverseFlow.Step;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reverse mode: from a function to one that computes the same and then, backwards, the adjoints of its arguments; or to two functions
 * that do the one and the other, for calls that are not inlined.
 *
 * <p>The signature is that of {@link DerivativeSignature}, or {@link CallSignature}. Shadows are accumulated into, and only after the primal has been
 * computed. Handles numbers and (nested) arrays of {@code float} and {@code double}, any reducible control flow, loops of any number of
 * iterations, in-place updates, the calls of {@link dev.jacobi.autodiff.KnownCall}, and calls that {@link Callees} follows. Other calls
 * must have been inlined, unless nothing that carries a derivative gets into them. Refused are fields that carry derivatives, and what
 * {@link ActivityAnalysis} refuses.
 */
public final class ReverseMode {
    private static final Type DOUBLES = Type.of(ConstantDescs.CD_double.arrayType());
    private static final Type FLOATS = Type.of(ConstantDescs.CD_float.arrayType());

    private final Function primal;
    private final List<Activity> activities;
    private final Callees callees;
    private final boolean parametersDistinct;
    private final Optional<CallSignature> call;

    private ReverseMode(
            Function primal,
            List<Activity> activities,
            Callees callees,
            boolean parametersDistinct,
            Optional<CallSignature> call) {
        this.primal = primal;
        this.activities = activities;
        this.callees = callees;
        this.parametersDistinct = parametersDistinct;
        this.call = call;
    }

    /** As {@link #transform(Function, DerivativeRequest, boolean, Callees)}, for arguments of which several may be the same array. */
    public static Function transform(Function primal, DerivativeRequest request) {
        return transform(primal, request, false, Callees.NONE);
    }

    /** As {@link #transform(Function, DerivativeRequest, boolean, Callees)}, for functions of which all calls were inlined. */
    public static Function transform(Function primal, DerivativeRequest request, boolean parametersDistinct) {
        return transform(primal, request, parametersDistinct, Callees.NONE);
    }

    /**
     * Makes the reverse derivative; {@code primal} stays as it is.
     *
     * @param primal optimised, with calls inlined as far as possible
     * @param parametersDistinct whether the caller makes sure that no two arguments are, or hold, the same array; less is stored then
     * @param callees the derivatives of methods whose calls were not inlined
     * @throws dev.jacobi.JacobiException if the function has something that reverse mode cannot do
     */
    public static Function transform(
            Function primal, DerivativeRequest request, boolean parametersDistinct, Callees callees) {
        DerivativeSignature signature = DerivativeSignature.of(primal, request);
        SweepPlan plan = new ReverseMode(primal, request.activities(), callees, parametersDistinct, Optional.empty())
                .plan(request.width() > 1);
        return new CombinedSweeps(primal.name() + ".reverse", signature, plan).assemble();
    }

    /**
     * Makes the two functions for calls.
     *
     * @param pair functions without code, as {@link CallSignature#newPair} makes them
     */
    public static void transform(Function primal, CallSignature signature, ReversePair pair, Callees callees) {
        SweepPlan plan =
                new ReverseMode(primal, signature.activities(), callees, false, Optional.of(signature)).plan(false);
        CalleeChecks.run(plan.activity(), callees);
        new SeparateSweeps(signature, pair, plan).assemble();
    }

    /** Whether the reverse sweep follows in the same function. */
    private boolean isWhole() {
        return call.isEmpty();
    }

    private ActivityAnalysis analysed(Function function) {
        return call.isPresent()
                ? ActivityAnalysis.ofCallee(function, call.get(), callees)
                : ActivityAnalysis.of(function, activities, callees);
    }

    /** @param severalAdjoints whether each has shadows of its own */
    private SweepPlan plan(boolean severalAdjoints) {
        Function augmented = primal.copy();
        if (Winners.mayFind(augmented)) {
            Winners.find(augmented, analysed(augmented)::isActive);
        }
        CanonicalForm.establish(augmented, callees.classes());
        int parameters = augmented.parameters().size();
        ActivityAnalysis activity = analysed(augmented);
        ShadowTypes types = new ShadowTypes(callees.classes());
        Shadows shadows = AddShadows.run(augmented, activity, types, callees);
        Set<Value> staying = staying(augmented, parameters);
        Map<Instruction, FollowedCall> calls =
                FollowedCall.all(augmented, activity, shadows, callees, staying::contains);
        Loops loops = Loops.of(augmented);
        AdjointRules rules = new AdjointRules(
                activity,
                shadows,
                calls,
                new ObjectCode(types),
                new ComputedFunctions(augmented, loops),
                Choices.add(augmented, activity),
                callees.tapesAreReused());
        ReverseFlow flow = flow(augmented, loops, activity, rules);
        LoopCounters counters = LoopCounters.add(flow);
        LoopExtents extents = LoopExtents.add(flow, counters);
        Decisions decisions = Decisions.add(flow);
        Overwrites overwrites = new Overwrites(
                augmented, activity, shadows, parametersDistinct, !isWhole(), staying, callees.classes());
        Recomputation recomputation = new Recomputation(flow, counters, overwrites);
        Set<Value> counterValues = new LinkedHashSet<>();
        for (Loop loop : flow.loops()) {
            counterValues.add(counters.of(loop).value());
        }
        Set<Value> passedAgain = passedAgain(augmented, parameters, shadows);
        StoragePlan storage = new StoragePlan(
                flow,
                recomputation,
                counterValues::contains,
                decisions::isSmall,
                value -> isWhole() || passedAgain.contains(value),
                needs(flow, counters, extents, decisions, rules, shadows));
        ReverseSweep.Plans plans =
                new ReverseSweep.Plans(flow, counters, extents, decisions, recomputation, storage, calls);
        return new SweepPlan(
                augmented,
                parameters,
                activity,
                shadows,
                rules,
                plans,
                callees.tapesAreReused(),
                severalAdjoints && !shadows.usesStacks());
    }

    /** The parameters that are arrays of numbers, at hand in the reverse sweep, which nobody has written to until then. */
    private Set<Value> staying(Function augmented, int parameters) {
        Set<Value> staying = new LinkedHashSet<>();
        for (int index = 0; callees.numbersStay() && index < parameters; index++) {
            Value parameter = augmented.parameters().get(index);
            boolean numbers =
                    parameter.type().equals(DOUBLES) || parameter.type().equals(FLOATS);
            if (numbers && (isWhole() || call.get().isPassedAgain(index))) {
                staying.add(parameter);
            }
        }
        return staying;
    }

    /** The parameters that a reverse sweep in a function of its own gets too, in their order there. */
    private Set<Value> passedAgain(Function augmented, int parameters, Shadows shadows) {
        Set<Value> passed = new LinkedHashSet<>();
        if (call.isEmpty()) {
            return passed;
        }
        CallSignature signature = call.get();
        for (int index = 0; index < parameters; index++) {
            Value parameter = augmented.parameters().get(index);
            if (signature.hasShadow(index) && shadows.has(parameter)) {
                passed.add(shadows.of(parameter));
            }
            if (signature.isPassedAgain(index)) {
                passed.add(parameter);
            }
        }
        return passed;
    }

    private static ReverseFlow flow(Function function, Loops loops, ActivityAnalysis activity, AdjointRules rules) {
        return new ReverseFlow(
                function,
                loops,
                block -> hasActiveParameters(block, activity) || acts(block, rules),
                block -> hasActiveParameters(block, activity),
                activity::mayReturn);
    }

    private static boolean hasActiveParameters(Block block, ActivityAnalysis activity) {
        for (Value parameter : block.parameters()) {
            if (activity.isActive(parameter)) {
                return true;
            }
        }
        return false;
    }

    private static boolean acts(Block block, AdjointRules rules) {
        for (Instruction instruction : block.instructions()) {
            if (rules.acts(instruction)) {
                return true;
            }
        }
        return false;
    }

    /** All that the reverse sweep reads, in the order of its blocks. */
    private Set<Need> needs(
            ReverseFlow flow,
            LoopCounters counters,
            LoopExtents extents,
            Decisions decisions,
            AdjointRules rules,
            Shadows shadows) {
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
                            needsOfNest(loop, flow, counters, extents, value -> needs.add(new Need(value, block)));
                        }
                    }
                }
                case Step.Skip _, Step.End _ -> {}
            }
            if (isWhole()
                    && block.terminator() instanceof Return(Value result, var _)
                    && result != null
                    && shadows.has(result)) {
                needs.add(new Need(shadows.of(result), block));
            }
        }
        return needs;
    }

    /** What counts the iterations of the loops within a loop, in case that {@link LoopRecords} take the space for all records at once. */
    private static void needsOfNest(
            Loop loop, ReverseFlow flow, LoopCounters counters, LoopExtents extents, Consumer<Value> needed) {
        for (Loop within : flow.loops()) {
            LoopExtents.Extent extent = extents.in(loop, within);
            if (extent != null) {
                needed.accept(extent.first());
                needed.accept(extent.trips());
            }
            if (within != loop && loop.contains(within.header()) && RecordedNest.isSameIn(loop, counters.of(within))) {
                needed.accept(counters.of(within).initial());
                needed.accept(counters.of(within).last());
            }
        }
    }
}
