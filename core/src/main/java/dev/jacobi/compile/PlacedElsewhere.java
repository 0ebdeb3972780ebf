package dev.jacobi.compile;

import dev.jacobi.Primal;
import dev.jacobi.backend.ObjectFields;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.optimize.StageObserver;
import java.lang.invoke.MethodHandle;

/** What a module that puts code elsewhere than on the JVM or into native code needs of the compiler: code as it is before it is emitted, and ways to emit what is left of it. */
public final class PlacedElsewhere {
    private PlacedElsewhere() {}

    /** The method, all calls inlined that can be, optimised. The caller's own. */
    public static Function code(Primal primal) {
        Target target = primal.target().inOnePiece();
        return DerivativeCompiler.primal(
                target, primal.options(), new RuleTable(Rules.NONE, target.owner()), StageObserver.NONE);
    }

    /** Emits a function into a class that may touch what the method's own class may. */
    public static MethodHandle emit(Function function, Primal primal) {
        return HiddenClasses.compile(function, primal.target().lookup()).handle();
    }

    /**
     * An object of a functional interface that calls a handle.
     *
     * @param handle takes what {@code like} takes, and gives what it gives
     */
    public static <I> I implement(MethodHandle handle, Function like, Class<I> functionalInterface, Primal primal) {
        Function calling = new Function(like.name(), like.origin(), like.returnType());
        Block entry = calling.newBlock();
        like.parameters().forEach(parameter -> entry.addParameter(parameter.type()));
        ObjectFields.call(entry, handle, entry.parameters(), like.returnType());
        return HiddenClasses.implement(
                calling, functionalInterface, primal.target().lookup());
    }
}
