package dev.jacobi.optimize;

import dev.jacobi.ir.Function;

/** Sees the function after each stage of a {@link Pipeline}; it does not change it. */
@FunctionalInterface
public interface StageObserver {
    StageObserver NONE = (_, _, _) -> {};

    /**
     * @param stage the name of the stage, for example {@code FoldConstants}
     * @param changed whether the stage changed anything
     */
    void after(String stage, Function function, boolean changed);
}
