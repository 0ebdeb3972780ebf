package dev.jacobi.compile;

import dev.jacobi.Gradient;
import dev.jacobi.runtime.ShadowGraph;
import java.util.function.ToDoubleBiFunction;

/**
 * A gradient by objects, such as records of parameters. A record, so that the JIT trusts its fields.
 *
 * @param reverse takes the argument and its shadow, see {@link dev.jacobi.runtime.ShadowLayout}
 */
record ObjectGradient<T>(ToDoubleBiFunction<T, Object> reverse, ShadowGraph graph) implements Gradient<T> {
    @Override
    public double into(T x, T gradient) {
        ShadowGraph.Session session = graph.open();
        Object shadow = session.readZeros(x, gradient);
        double value = reverse.applyAsDouble(x, shadow);
        session.write();
        return value;
    }

    @Override
    @SuppressWarnings("unchecked") // of the class of x
    public T at(T x) {
        ShadowGraph.Session session = graph.open();
        Object shadow = session.zerosLike(x);
        double _ = reverse.applyAsDouble(x, shadow);
        return (T) session.gradient(x);
    }
}
