package dev.jacobi.compile;

import dev.jacobi.Gradient;
import dev.jacobi.runtime.Shadows;
import java.util.function.ToDoubleBiFunction;

/** A gradient by a reverse sweep that accumulates into its second argument. A record, so that the JIT trusts its field. */
record ReverseGradient<T>(ToDoubleBiFunction<T, T> reverse) implements Gradient<T> {
    @Override
    public double into(T x, T gradient) {
        Shadows.clear(gradient);
        return reverse.applyAsDouble(x, gradient);
    }

    @Override
    public T at(T x) {
        T gradient = Shadows.zerosLike(x);
        into(x, gradient);
        return gradient;
    }
}
