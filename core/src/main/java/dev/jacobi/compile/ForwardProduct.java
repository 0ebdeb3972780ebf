package dev.jacobi.compile;

import dev.jacobi.JacobianVectorProduct;
import dev.jacobi.runtime.Shadows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Jacobian times vectors of a function from arrays to arrays.
 *
 * @param one one direction
 * @param several for several directions
 */
record ForwardProduct<T, R>(BiFunction<T, T, R> one, SeveralDirections<T> several)
        implements JacobianVectorProduct<T, R> {
    @Override
    public R at(T x, T direction) {
        return one.apply(x, direction);
    }

    @Override
    @SuppressWarnings("unchecked") // the code returns what the function returns
    public List<R> at(T x, List<T> directions) {
        if (several instanceof SeveralDirections.OneByOne<T> oneByOne) {
            oneByOne.check(directions.size());
        }
        if (!(several instanceof SeveralDirections.InLanes<T>(Once<Lanes<T>> inLanes))) {
            return JacobianVectorProduct.super.at(x, directions);
        }
        List<R> products = new ArrayList<>();
        Lanes<T> lanes = inLanes.get();
        int done = 0;
        for (; done + Lanes.WIDTH <= directions.size(); done += Lanes.WIDTH) {
            Object[] chunk = Lanes.chunk(directions, done, lanes.changesInput());
            Object[] result = (Object[]) lanes.code().apply(lanes.changesInput() ? Shadows.copyOf(x) : x, chunk);
            for (Object product : result) {
                products.add((R) product);
            }
        }
        for (; done < directions.size(); done++) {
            T direction = directions.get(done);
            products.add(
                    lanes.changesInput()
                            ? one.apply(Shadows.copyOf(x), Shadows.copyOf(direction))
                            : one.apply(x, direction));
        }
        return products;
    }
}
