package dev.jacobi.compile;

import dev.jacobi.runtime.ShadowGraph;

/** How a function is differentiated in several directions. */
sealed interface SeveralDirections<T> {
    /**
     * {@link Lanes#WIDTH} directions at once.
     *
     * @param lanes without the value
     */
    record InLanes<T>(Once<Lanes<T>> lanes) implements SeveralDirections<T> {}

    /** One after the other, for functions of objects, which cannot be copied. */
    record OneByOne<T>(ShadowGraph graph, boolean changesInput) implements SeveralDirections<T> {
        void check(int directions) {
            graph.checkRepeatable(directions, changesInput);
        }
    }
}
