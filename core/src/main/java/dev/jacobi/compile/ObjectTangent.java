package dev.jacobi.compile;

import dev.jacobi.HessianVectorProduct;
import dev.jacobi.runtime.ShadowGraph;
import dev.jacobi.runtime.TangentOfGradient;
import java.util.List;

/**
 * Hessian times vector by objects: the direction and the product are objects of the shape of the argument. The shadow of the gradient's shadow has its
 * layout, so it is made of the argument in the same way.
 *
 * @param code takes the argument, its tangents, and the gradient with its tangents, each with the layout of {@link dev.jacobi.runtime.ShadowLayout}
 */
record ObjectTangent<T>(HigherOrder.Compiled<TangentOfGradient<Object>> code, ShadowGraph graph)
        implements HessianVectorProduct<T> {
    @Override
    public void into(T x, T direction, T product) {
        ShadowGraph.Session directions = graph.openForward();
        Object tangent = directions.read(x, direction, 0);
        ShadowGraph.Session products = graph.open();
        Object result = products.read(x, product, 0);
        products.checkApart(directions);
        products.clear();
        code.code().apply(x, tangent, graph.open().zerosLike(x), result);
        products.write();
    }

    @Override
    @SuppressWarnings("unchecked") // of the class of x
    public T at(T x, T direction) {
        Object tangent = graph.openForward().read(x, direction, 0);
        ShadowGraph.Session products = graph.open();
        Object result = products.zerosLike(x);
        code.code().apply(x, tangent, graph.open().zerosLike(x), result);
        return (T) products.gradient(x);
    }

    @Override
    public List<T> at(T x, List<T> directions) {
        graph.checkRepeatable(directions.size(), code.changesInput());
        return directions.stream().map(direction -> at(x, direction)).toList();
    }
}
