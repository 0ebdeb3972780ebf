package dev.jacobi.compile;

import dev.jacobi.Options;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.StageObserver;

/** Compiles a method again as it is: lift, optimise, emit. What comes out behaves bit for bit as the original. */
public final class Recompiler {
    private Recompiler() {}

    public static <I> I implement(Target target, Class<I> functionalInterface) {
        Function function = target.lift();
        Pipeline.recompile(target.owner()).run(function);
        return HiddenClasses.implement(function, functionalInterface, target.lookup());
    }

    /**
     * The method optimised as for differentiation, all calls inlined that can be followed, on a backend.
     *
     * @throws dev.jacobi.JacobiException NOT_NATIVE or NO_LLVM if the options want native code and there is none
     */
    public static <I> I implement(Target target, Options options, Class<I> functionalInterface) {
        RuleTable rules = new RuleTable(options.rules(), target.owner());
        Function function = PrimalCode.of(target, options, rules, StageObserver.NONE);
        return HiddenClasses.implement(
                PlaceCode.place(function, target, options), functionalInterface, target.lookup());
    }
}
