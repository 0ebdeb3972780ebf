package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Verifier;
import dev.jacobi.optimize.inline.ConstructorRules;
import dev.jacobi.optimize.inline.EliminateBoxing;
import dev.jacobi.optimize.inline.InlineCalls;
import dev.jacobi.optimize.inline.InlinePolicy;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.optimize.inline.RemoveUnusedObjects;
import dev.jacobi.optimize.streams.SubstituteStreams;
import java.util.HashMap;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which passes run on a function, in which order.
 *
 * <p>A pipeline is immutable and serves any number of functions and threads. With the system property {@code jacobi.verify} set to
 * {@code true} the {@link Verifier} runs after every pass.
 */
public final class Pipeline {
    private static final boolean VERIFY = Boolean.getBoolean("jacobi.verify");

    /** For functions that are complete as they are, such as derivatives: no call is inlined. */
    public static Pipeline standard() {
        return new Pipeline(null, InlinePolicy.forRecompilation(), 0);
    }

    /**
     * For a method that is only compiled again: no more is inlined than pays.
     *
     * @param host the class that declares the method
     */
    public static Pipeline recompile(Class<?> host) {
        return new Pipeline(host, InlinePolicy.forRecompilation(), 1);
    }

    /**
     * For a method that is differentiated next: every call that can be followed is inlined.
     *
     * @param host the class that declares the method
     * @param kept the methods whose calls stay, because a derivative is known for them
     */
    public static Pipeline forDifferentiation(Class<?> host, Predicate<MethodReference> kept) {
        return new Pipeline(host, InlinePolicy.forDifferentiation().keeping(kept), 8);
    }

    /** What makes the targets of calls known, and is cheap: runs between two rounds of inlining. */
    private static final List<Stage> BETWEEN_INLINING = List.of(
            stage("RemoveRedundantParameters", RemoveRedundantParameters::run),
            stage("EliminateBoxing", EliminateBoxing::run),
            stageKnowing("FoldConstants", FoldConstants::run),
            stageKnowing("NumberValues", NumberValues::run),
            stage("SimplifyControlFlow", SimplifyControlFlow::run),
            stage("RemoveUnusedObjects", RemoveUnusedObjects::run),
            stage("EliminateDeadCode", EliminateDeadCode::run));

    /** Values and control flow, until nothing changes. */
    private static final List<Stage> SCALARS = List.of(
            stage("RemoveRedundantParameters", RemoveRedundantParameters::run),
            stage("EliminateBoxing", EliminateBoxing::run),
            stage("RemoveUnusedObjects", RemoveUnusedObjects::run),
            stageKnowing("FoldConstants", FoldConstants::run),
            stageKnowing("NumberValues", NumberValues::run),
            stage("SimplifyControlFlow", SimplifyControlFlow::run),
            stage("EliminateDeadCode", EliminateDeadCode::run));

    private static final int SCALAR_ROUNDS = 4;

    /** How often a function is done again because an object could not be replaced by its fields. */
    private static final int ATTEMPTS = 4;

    private void optimize(Function function, StageObserver observer, @Nullable InlineCalls calls) {
        if (calls != null) {
            Stage inline = stage("InlineCalls", calls::run);
            Stage streams = stage("SubstituteStreams", policy.everything() ? SubstituteStreams::run : _ -> false);
            for (int round = 0; round < inliningRounds; round++) {
                boolean changed = run(streams, function, observer) | run(inline, function, observer);
                if (!changed) {
                    break;
                }
                repeat(BETWEEN_INLINING, 2, function, observer);
            }
        }
        repeat(SCALARS, SCALAR_ROUNDS, function, observer);
    }

    private final @Nullable Class<?> host;
    private final InlinePolicy policy;
    private final int inliningRounds;
    private final ClassKnowledge classes;

    private Pipeline(@Nullable Class<?> host, InlinePolicy policy, int inliningRounds) {
        this.host = host;
        this.policy = policy;
        this.inliningRounds = inliningRounds;
        this.classes = host == null ? ClassKnowledge.PLATFORM : ClassKnowledge.of(host.getClassLoader());
    }

    /** One pass; true if it changed the function. */
    private record Stage(String name, BiPredicate<Function, ClassKnowledge> pass) {}

    private static Stage stage(String name, Predicate<Function> pass) {
        return new Stage(name, (function, _) -> pass.test(function));
    }

    /** A pass that asks about the classes that the function names. */
    private static Stage stageKnowing(String name, BiPredicate<Function, ClassKnowledge> pass) {
        return new Stage(name, pass);
    }

    public void run(Function function) {
        run(function, StageObserver.NONE);
    }

    /**
     * Transforms the function in place, its blocks and values may be others afterwards; the observer sees it after each stage.
     *
     * <p>Constructors are inlined in the hope that their objects go away. Where one stays, the function is done again with that
     * constructor kept; the observer then sees a stage of the name {@code KeepConstructors}.
     */
    public void run(Function function, StageObserver observer) {
        if (host == null || !policy.everything()) {
            optimize(function, observer, inlining(ConstructorRules.none()));
            return;
        }
        Function original = function.copy();
        ConstructorRules constructors = ConstructorRules.optimistic();
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            optimize(function, observer, inlining(constructors));
            if (!constructors.learn(function)) {
                return;
            }
            function.retainBlocks(List.of());
            original.copyInto(function, new HashMap<>());
            observer.after("KeepConstructors", function, true);
        }
        optimize(function, observer, inlining(ConstructorRules.none()));
    }

    private @Nullable InlineCalls inlining(ConstructorRules constructors) {
        return host == null ? null : new InlineCalls(policy, LiftedBodies.INSTANCE, host, constructors);
    }

    private void repeat(List<Stage> stages, int limit, Function function, StageObserver observer) {
        boolean changed = true;
        for (int round = 0; round < limit && changed; round++) {
            changed = false;
            for (Stage stage : stages) {
                changed |= run(stage, function, observer);
            }
        }
    }

    private boolean run(Stage stage, Function function, StageObserver observer) {
        boolean changed = stage.pass().test(function, classes);
        if (VERIFY) {
            Verifier.verify(function);
        }
        observer.after(stage.name(), function, changed);
        return changed;
    }
}
