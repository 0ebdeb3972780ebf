package dev.jacobi.compile;

import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.Pipeline;

/** Compiles a method again as it is: lift, optimise, emit. What comes out behaves bit for bit as the original. */
public final class Recompiler {
    private Recompiler() {}

    public static <I> I implement(Target target, Class<I> functionalInterface) {
        Function function = target.lift();
        Pipeline.recompile(target.owner()).run(function);
        return HiddenClasses.implement(function, functionalInterface, target.lookup());
    }
}
