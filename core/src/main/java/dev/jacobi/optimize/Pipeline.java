package dev.jacobi.optimize;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Verifier;
import dev.jacobi.optimize.inline.EliminateBoxing;
import dev.jacobi.optimize.inline.InlineCalls;
import dev.jacobi.optimize.inline.InlinePolicy;
import dev.jacobi.optimize.inline.LiftedBodies;
import dev.jacobi.optimize.inline.RemoveUnusedObjects;
import java.util.List;
import java.util.function.Predicate;

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
        return new Pipeline(List.of(once(SCALARS)));
    }

    /** For a method that is only compiled again: no more is inlined than pays. */
    public static Pipeline recompile(Class<?> host) {
        return new Pipeline(
                List.of(once(CLEAN_UP), new Inlining(host, InlinePolicy.forRecompilation(), 1), once(SCALARS)));
    }

    /**
     * For a method that is differentiated next: every call that can be followed is inlined.
     *
     * @param host the class that declares the method
     * @param kept the methods whose calls stay, because a derivative is known for them
     */
    public static Pipeline forDifferentiation(Class<?> host, Predicate<MethodReference> kept) {
        InlinePolicy policy = InlinePolicy.forDifferentiation().keeping(kept);
        return new Pipeline(List.of(once(CLEAN_UP), new Inlining(host, policy, 6), once(SCALARS)));
    }

    private static final List<Stage> CLEAN_UP = List.of(
            new Stage("EliminateBoxing", EliminateBoxing::run),
            new Stage("RemoveUnusedObjects", RemoveUnusedObjects::run),
            new Stage("SimplifyControlFlow", SimplifyControlFlow::run),
            new Stage("RemoveRedundantParameters", RemoveRedundantParameters::run),
            new Stage("EliminateDeadCode", EliminateDeadCode::run));

    private static final List<Stage> SCALARS = List.of(
            new Stage("RemoveRedundantParameters", RemoveRedundantParameters::run),
            new Stage("SimplifyControlFlow", SimplifyControlFlow::run),
            new Stage("EliminateDeadCode", EliminateDeadCode::run));

    /** One pass; true if it changed the function. */
    private record Stage(String name, Predicate<Function> pass) {}

    /** A part of the pipeline. */
    private sealed interface Part {}

    /** Passes that run until nothing changes, at most {@code limit} times. */
    private record Group(List<Stage> stages, int limit) implements Part {}

    /** Inlining, each round followed by what makes more receivers known. */
    private record Inlining(Class<?> host, InlinePolicy policy, int rounds) implements Part {}

    private final List<Part> parts;

    private Pipeline(List<Part> parts) {
        this.parts = parts;
    }

    private static Group once(List<Stage> stages) {
        return new Group(stages, 1);
    }

    public void run(Function function) {
        run(function, StageObserver.NONE);
    }

    /** Transforms the function in place; the observer sees it after each stage. */
    public void run(Function function, StageObserver observer) {
        for (Part part : parts) {
            switch (part) {
                case Group(List<Stage> stages, int limit) -> repeat(stages, limit, function, observer);
                case Inlining inlining -> inline(inlining, function, observer);
            }
        }
    }

    private static void inline(Inlining inlining, Function function, StageObserver observer) {
        InlineCalls calls = new InlineCalls(inlining.policy(), LiftedBodies.INSTANCE, inlining.host());
        Stage stage = new Stage("InlineCalls", calls::run);
        for (int round = 0; round < inlining.rounds() && run(stage, function, observer); round++) {
            repeat(CLEAN_UP, 2, function, observer);
        }
    }

    private static boolean repeat(List<Stage> stages, int limit, Function function, StageObserver observer) {
        boolean any = false;
        boolean changed = true;
        for (int round = 0; round < limit && changed; round++) {
            changed = false;
            for (Stage stage : stages) {
                changed |= run(stage, function, observer);
            }
            any |= changed;
        }
        return any;
    }

    private static boolean run(Stage stage, Function function, StageObserver observer) {
        boolean changed = stage.pass().test(function);
        if (VERIFY) {
            Verifier.verify(function);
        }
        observer.after(stage.name(), function, changed);
        return changed;
    }
}
