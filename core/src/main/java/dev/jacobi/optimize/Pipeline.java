package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Verifier;
import dev.jacobi.optimize.inline.ConstructorRules;
import dev.jacobi.optimize.inline.EliminateBoxing;
import dev.jacobi.optimize.inline.HostClasses;
import dev.jacobi.optimize.inline.InlineCalls;
import dev.jacobi.optimize.inline.InlinePolicy;
import dev.jacobi.optimize.inline.LambdasToObjects;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.optimize.inline.NestedDerivatives;
import dev.jacobi.optimize.inline.NoteConstructors;
import dev.jacobi.optimize.inline.RemoveUnusedObjects;
import dev.jacobi.optimize.streams.SubstituteStatistics;
import dev.jacobi.optimize.streams.SubstituteStreams;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which passes run on a function, in which order.
 *
 * <p>A pipeline is immutable and serves any number of functions and threads. With the system property {@code jacobi.verify} set to
 * {@code true} every pipeline is {@link #verifying}.
 */
public final class Pipeline {
    private static final boolean VERIFY = Boolean.getBoolean("jacobi.verify");

    /** For functions that are complete as they are, such as derivatives: no call is inlined. */
    public static Pipeline standard() {
        return new Pipeline(null, InlinePolicy.forRecompilation(), 0, true, VERIFY, false);
    }

    /**
     * For a method that is only compiled again: no more is inlined than pays.
     *
     * @param host the class that declares the method
     */
    public static Pipeline recompile(Class<?> host) {
        return new Pipeline(host, InlinePolicy.forRecompilation(), 1, true, VERIFY, false);
    }

    /**
     * For a method that is differentiated next: every call that can be followed is inlined.
     *
     * @param host the class that declares the method
     * @param kept the methods whose calls stay, because a derivative is known for them
     */
    public static Pipeline forDifferentiation(Class<?> host, Predicate<MethodReference> kept) {
        return new Pipeline(host, InlinePolicy.forDifferentiation().keeping(kept), 24, true, VERIFY, false);
    }

    /** This pipeline, with no call left for its size alone. */
    public Pipeline inliningAll() {
        return new Pipeline(host, policy.withNumbers(), inliningRounds, optimizing, verifying, reordering);
    }

    /** This pipeline, with calls of derivatives replaced by their code. */
    public Pipeline nesting(NestedDerivatives nested) {
        return new Pipeline(host, policy.nesting(nested), inliningRounds, optimizing, verifying, reordering);
    }

    /** This pipeline, with parallel streams as loops that can be cut into parts: their sums need not have the bits of the JDK's. */
    public Pipeline reordering() {
        return new Pipeline(host, policy, inliningRounds, optimizing, verifying, true);
    }

    public boolean isReordering() {
        return reordering;
    }

    /** This pipeline, doing no more than inlining needs if {@code optimizing} is false. */
    public Pipeline optimizing(boolean optimizing) {
        return new Pipeline(host, policy, inliningRounds, optimizing, verifying, reordering);
    }

    /** This pipeline, with the {@link Verifier} after every pass if {@code verifying} is true. */
    public Pipeline verifying(boolean verifying) {
        return new Pipeline(host, policy, inliningRounds, optimizing, verifying || VERIFY, reordering);
    }

    /** The passes. (An enum and a switch, not a method reference each: to link one costs a fresh JVM a third of a millisecond.) */
    private enum Stage {
        INITIALIZATIONS("EliminateInitializations"),
        PARAMETERS("RemoveRedundantParameters", "SimplifyControlFlow", "EliminateChecks"),
        BOXING("EliminateBoxing"),
        CONSTANTS("FoldConstants", "SimplifyControlFlow", "EliminateChecks", "HoistLoopInvariants"),
        NUMBERS("NumberValues", "SimplifyControlFlow", "EliminateDeadCode"),
        CONTROL_FLOW("SimplifyControlFlow"),
        SCALARS("ReplaceAllocationsByScalars"),
        DEAD_STORES("EliminateDeadStores"),
        OBJECTS("RemoveUnusedObjects"),
        DEAD_CODE("EliminateDeadCode", "EliminateDeadCode"),
        UNROLLING("UnrollShortLoops"),
        ZERO_ADJOINTS("SkipZeroAdjoints"),
        CHECKS("EliminateChecks", "EliminateChecks"),
        INVARIANTS("HoistLoopInvariants"),
        SELECTS("ConvertBranchesToSelects"),
        SPENT_LOOPS("LeaveSpentLoops"),
        KNOWN_ZEROS("KnownZeros"),
        STREAMS("SubstituteStreams"),
        STATISTICS("SubstituteStatistics"),
        CALLS("InlineCalls"),
        LAMBDAS("LambdasToObjects");

        private final String pass;
        /** The names of the stages after whose changes the pass finds nothing new to do, or next to nothing. */
        private final Set<String> indifferentTo;

        Stage(String pass, String... indifferentTo) {
            this.pass = pass;
            this.indifferentTo = Set.of(indifferentTo);
        }
    }

    /** What makes the targets of calls known: runs between two rounds of inlining. */
    private static final List<Stage> BETWEEN_INLINING = List.of(
            Stage.PARAMETERS,
            Stage.BOXING,
            Stage.CONSTANTS,
            Stage.NUMBERS,
            Stage.CONTROL_FLOW,
            Stage.SCALARS,
            Stage.OBJECTS,
            Stage.DEAD_CODE);

    /** Values, objects and control flow. */
    private static final List<Stage> VALUES = List.of(
            Stage.INITIALIZATIONS,
            Stage.PARAMETERS,
            Stage.BOXING,
            Stage.CONSTANTS,
            Stage.NUMBERS,
            Stage.CONTROL_FLOW,
            Stage.SCALARS,
            Stage.DEAD_STORES,
            Stage.OBJECTS,
            Stage.DEAD_CODE);

    /** Short loops over small local arrays are written out, which lets the arrays go. */
    private static final List<Stage> SHORT_LOOPS = List.of(Stage.UNROLLING);

    /** What need not be done in every round of a loop. */
    private static final List<Stage> LOOPS =
            List.of(Stage.ZERO_ADJOINTS, Stage.CHECKS, Stage.INVARIANTS, Stage.NUMBERS, Stage.CHECKS);

    private static final List<Stage> CLEAN_UP = List.of(
            Stage.KNOWN_ZEROS,
            Stage.CONSTANTS,
            Stage.CONTROL_FLOW,
            Stage.SELECTS,
            Stage.ZERO_ADJOINTS,
            Stage.CONTROL_FLOW,
            Stage.SPENT_LOOPS,
            Stage.PARAMETERS,
            Stage.DEAD_CODE);

    private static final int VALUE_ROUNDS = 4;

    /** How often a function is done again because an object could not be replaced by its fields. */
    private static final int ATTEMPTS = 4;

    private void optimize(Run run, @Nullable InlineCalls calls) {
        if (calls != null) {
            inline(run, calls);
        }
        if (!optimizing) {
            return;
        }
        run.repeat(VALUES, VALUE_ROUNDS);
        if (run.once(SHORT_LOOPS)) {
            run.repeat(VALUES, VALUE_ROUNDS);
        }
        run.once(LOOPS);
        run.once(CLEAN_UP);
    }

    private void inline(Run run, InlineCalls calls) {
        run.calls = calls;
        List<Stage> inlining =
                policy.everything() ? List.of(Stage.STREAMS, Stage.STATISTICS, Stage.CALLS) : List.of(Stage.CALLS);
        do {
            for (int round = 0; round < inliningRounds && run.once(inlining); round++) {
                if (optimizing || hasCallsOrObjects(run.function)) {
                    run.repeat(BETWEEN_INLINING, 2);
                }
            }
        } while (policy.everything() && run.once(List.of(Stage.LAMBDAS)));
    }

    /** Whether there is something that can be followed, or go away, only when more is known about values. */
    private static boolean hasCallsOrObjects(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW || instruction.opCode().isCall()) {
                    return true;
                }
            }
        }
        return false;
    }

    private final @Nullable Class<?> host;
    private final InlinePolicy policy;
    private final int inliningRounds;
    private final boolean optimizing;
    private final boolean verifying;
    private final boolean reordering;

    private Pipeline(
            @Nullable Class<?> host,
            InlinePolicy policy,
            int inliningRounds,
            boolean optimizing,
            boolean verifying,
            boolean reordering) {
        this.host = host;
        this.policy = policy;
        this.inliningRounds = inliningRounds;
        this.optimizing = optimizing;
        this.verifying = verifying;
        this.reordering = reordering;
    }

    public void run(Function function) {
        run(function, StageObserver.NONE);
    }

    /**
     * Transforms the function in place, its blocks and values may be others afterwards; the observer sees it after each stage.
     *
     * <p>Constructors are inlined in the hope that their objects go away. Where one stays, the function is done again with that
     * constructor kept; the observer then sees a stage of the name {@code KeepConstructors}. What the kept ones do is noted.
     */
    public void run(Function function, StageObserver observer) {
        ClassKnowledge classes = host == null ? ClassKnowledge.PLATFORM : new HostClasses(host, LiftedBodies.INSTANCE);
        Run run = new Run(function, classes, observer);
        if (host == null || !policy.everything()) {
            optimize(run, inlining(ConstructorRules.none()));
            return;
        }
        inlineConstructors(function, run);
        NoteConstructors notes = new NoteConstructors(host, policy.kept(), body -> {
            Run inside = new Run(body, classes, StageObserver.NONE);
            optimize(inside, inlining(ConstructorRules.ofSuperclasses()));
            inside.repeat(VALUES, VALUE_ROUNDS);
        });
        boolean jumps = ThrowsToJumps.run(function, classes);
        if (jumps) {
            observer.after("ThrowsToJumps", function, true);
        }
        boolean noted = notes.run(function);
        if (noted) {
            observer.after("NoteConstructors", function, true);
        }
        if (jumps || noted) {
            run.startAgain();
            optimize(run, null);
        }
    }

    private void inlineConstructors(Function function, Run run) {
        Function original = function.copy();
        ConstructorRules constructors = ConstructorRules.optimistic();
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            optimize(run, inlining(constructors));
            if (!constructors.learn(function)) {
                return;
            }
            function.retainBlocks(List.of());
            original.copyInto(function, new HashMap<>());
            run.startAgain();
            run.observer.after("KeepConstructors", function, true);
        }
        optimize(run, inlining(ConstructorRules.none()));
    }

    private @Nullable InlineCalls inlining(ConstructorRules constructors) {
        return host == null ? null : new InlineCalls(policy, LiftedBodies.INSTANCE, host, constructors, reordering);
    }

    /** The passage of one function. A stage is left out until one that it is not indifferent to has changed the function since it ran. */
    private final class Run {
        private final Function function;
        private final ClassKnowledge classes;
        private final StageObserver observer;
        private @Nullable InlineCalls calls;
        /** The stages that changed the function, in order. */
        private final List<String> changes = new ArrayList<>();
        /** How many changes there were when the stage last began. */
        private final Map<Stage, Integer> begun = new EnumMap<>(Stage.class);

        Run(Function function, ClassKnowledge classes, StageObserver observer) {
            this.function = function;
            this.classes = classes;
            this.observer = observer;
        }

        /** The function is another one now. */
        void startAgain() {
            begun.clear();
        }

        /** Runs the stages until nothing changes, at most {@code limit} times. */
        void repeat(List<Stage> stages, int limit) {
            for (int round = 0; round < limit && once(stages); round++) {}
        }

        boolean once(List<Stage> stages) {
            boolean any = false;
            for (Stage stage : stages) {
                boolean idle = isIdle(stage);
                boolean changed = !idle && run(stage);
                any |= changed;
                observer.after(stage.pass, function, changed);
            }
            return any;
        }

        private boolean isIdle(Stage stage) {
            Integer before = begun.get(stage);
            return before != null && stage.indifferentTo.containsAll(changes.subList(before, changes.size()));
        }

        private boolean run(Stage stage) {
            begun.put(stage, changes.size());
            boolean changed = pass(stage);
            if (changed) {
                changes.add(stage.pass);
            }
            if (verifying) {
                Verifier.verify(function);
            }
            return changed;
        }

        /** True if it changed the function. */
        private boolean pass(Stage stage) {
            return switch (stage) {
                case INITIALIZATIONS -> EliminateInitializations.run(function, classes);
                case PARAMETERS -> RemoveRedundantParameters.run(function);
                case BOXING -> EliminateBoxing.run(function);
                case CONSTANTS -> FoldConstants.run(function, classes);
                case NUMBERS -> NumberValues.run(function, classes);
                case CONTROL_FLOW -> SimplifyControlFlow.run(function);
                case SCALARS -> ReplaceAllocationsByScalars.run(function, classes);
                case DEAD_STORES -> EliminateDeadStores.run(function, classes);
                case OBJECTS -> RemoveUnusedObjects.run(function);
                case DEAD_CODE -> EliminateDeadCode.run(function);
                case UNROLLING -> UnrollShortLoops.run(function);
                case ZERO_ADJOINTS -> SkipZeroAdjoints.run(function);
                case CHECKS -> EliminateChecks.run(function, classes);
                case INVARIANTS -> HoistLoopInvariants.run(function, classes);
                case SELECTS -> ConvertBranchesToSelects.run(function);
                case SPENT_LOOPS -> LeaveSpentLoops.run(function);
                case KNOWN_ZEROS -> KnownZeros.run(function);
                case STREAMS -> SubstituteStreams.run(function, classes, reordering);
                case STATISTICS -> SubstituteStatistics.run(function);
                case CALLS -> Objects.requireNonNull(calls).run(function);
                case LAMBDAS -> LambdasToObjects.run(function, Objects.requireNonNull(host));
            };
        }
    }
}
