package dev.jacobi.compile;

import dev.jacobi.Backend;
import dev.jacobi.Options;
import dev.jacobi.autodiff.KnownFunctions;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.StageObserver;
import dev.jacobi.optimize.UseStrictMath;

/** The way from a method to the code that is differentiated, batched or run elsewhere: lift, inline, optimise. */
final class PrimalCode {
    private PrimalCode() {}

    /** What is differentiated: the method's code, calls inlined, optimised. */
    static Function of(Target target, Options options, RuleTable rules, StageObserver observer) {
        if (options.backend() == Backend.LLVM) {
            NativeCompilers.prepare();
        }
        return observer == StageObserver.NONE
                ? target.primals().ofTarget(options, () -> make(target, options, rules, observer))
                : make(target, options, rules, observer).copy();
    }

    /** The method's code, all calls inlined that can be, parallel streams as loops that can be cut into parts, optimised. The caller's own. */
    static Function reordered(Target target, Options options, RuleTable rules) {
        Pipeline pipeline = Pipeline.forDifferentiation(target.owner(), rules::isKept)
                .inliningAll()
                .reordering();
        return make(target, options, rules, pipeline, StageObserver.NONE);
    }

    private static Function make(Target target, Options options, RuleTable rules, StageObserver observer) {
        Pipeline pipeline = Pipeline.forDifferentiation(target.owner(), rules::isKept);
        return make(target, options, rules, target.isInOnePiece() ? pipeline.inliningAll() : pipeline, observer);
    }

    private static Function make(
            Target target, Options options, RuleTable rules, Pipeline pipeline, StageObserver observer) {
        Function primal = rules.insteadOf(KnownFunctions.insteadOf(target.lift()));
        observer.after("Lift", primal, true);
        pipeline.nesting(new NestedCode(options, target.depth(), pipeline.isReordering()))
                .optimizing(options.optimizeFirst())
                .verifying(options.verify())
                .run(primal, observer);
        if (options.strictMath()) {
            UseStrictMath.run(primal);
            observer.after("UseStrictMath", primal, true);
        }
        return primal;
    }
}
