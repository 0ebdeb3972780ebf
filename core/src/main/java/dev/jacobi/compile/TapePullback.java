package dev.jacobi.compile;

import dev.jacobi.Pullback;
import dev.jacobi.Tape;
import dev.jacobi.runtime.Shadows;

/** Reverse sweeps from one tape, each with a shadow that was cleared. */
record TapePullback<T, R>(Tape tape, T shadow) implements Pullback<T, R> {
    @Override
    @SuppressWarnings("unchecked") // what the function returned
    public R value() {
        return (R) tape.value();
    }

    @Override
    public T pull(R weights) {
        Shadows.clear(shadow);
        double[] _ = tape.reverse(weights);
        return Shadows.copyOf(shadow);
    }

    @Override
    public void close() {
        tape.close();
    }
}
