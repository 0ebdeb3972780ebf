package dev.jacobi.compile;

import dev.jacobi.Pullback;
import dev.jacobi.SplitDerivative;
import dev.jacobi.Tape;
import dev.jacobi.VectorJacobianProduct;
import dev.jacobi.runtime.ReverseOfArrayFunction;
import dev.jacobi.runtime.ShadowGraph;
import dev.jacobi.runtime.Shadows;
import java.util.List;
import java.util.function.Supplier;

/**
 * Vector times Jacobian of functions of objects, such as records of parameters: the adjoint is an object of the shape of the argument.
 *
 * @param reverse takes the argument and its shadow, see {@link dev.jacobi.runtime.ShadowLayout}
 * @param changesInput whether the function may change its argument
 * @param sweeps the derivative in two parts, made when it is asked for first
 */
record ObjectProduct<T, R>(
        ReverseOfArrayFunction<Object, R> reverse,
        boolean changesInput,
        ShadowGraph graph,
        Supplier<SplitSweeps> sweeps)
        implements VectorJacobianProduct<T, R> {
    @Override
    @SuppressWarnings("unchecked") // of the class of x
    public T at(T x, R weights) {
        ShadowGraph.Session session = graph.open();
        Object shadow = session.zerosLike(x);
        reverse.apply(x, shadow, changesInput ? Shadows.copyOf(weights) : weights);
        return (T) session.gradient(x);
    }

    @Override
    public List<T> at(T x, List<R> weights) {
        graph.checkRepeatable(weights.size(), changesInput);
        return weights.stream().map(each -> at(x, each)).toList();
    }

    @Override
    public Pullback<T, R> pullback(T x) {
        ShadowGraph.Session session = graph.open();
        Object shadow = session.zerosLike(x);
        Tape tape = new SplitDerivative(sweeps.get().ofInnerShadows()).augment(x, shadow);
        return new OfTape<>(tape, session, x);
    }

    /** Reverse sweeps from one tape, each with a shadow that was cleared. */
    private record OfTape<T, R>(Tape tape, ShadowGraph.Session session, T x) implements Pullback<T, R> {
        @Override
        @SuppressWarnings("unchecked") // what the function returned
        public R value() {
            return (R) tape.value();
        }

        @Override
        @SuppressWarnings("unchecked") // of the class of x
        public T pull(R weights) {
            session.clear();
            double[] _ = tape.reverse(weights);
            return (T) session.gradient(x);
        }

        @Override
        public void close() {
            tape.close();
        }
    }
}
