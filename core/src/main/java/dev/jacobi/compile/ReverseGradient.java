package dev.jacobi.compile;

import dev.jacobi.Gradient;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.runtime.Shadows;
import java.util.function.ToDoubleBiFunction;

/**
 * A gradient by a reverse sweep that accumulates into its second argument. A record, so that the JIT trusts its fields.
 *
 * @param reverse does not check its arguments
 */
record ReverseGradient<T>(ToDoubleBiFunction<T, T> reverse, ShadowChecks checks) implements Gradient<T> {
    @Override
    public double into(T x, T gradient) {
        checks.check(x, gradient);
        if (x != null) {
            Shadows.clear(gradient);
        }
        return reverse.applyAsDouble(x, gradient);
    }

    @Override
    public T at(T x) {
        T gradient = Shadows.zerosLike(x);
        double _ = reverse.applyAsDouble(x, gradient);
        return gradient;
    }
}
