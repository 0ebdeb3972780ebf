package dev.jacobi.compile;

import dev.jacobi.DirectionalDerivative;
import dev.jacobi.runtime.Shadows;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * Directional derivatives of a function from an array to a number.
 *
 * @param one one direction
 * @param several for several directions
 */
record ForwardSlope<T>(ToDoubleBiFunction<T, T> one, SeveralDirections<T> several) implements DirectionalDerivative<T> {
    @Override
    public double at(T x, T direction) {
        return one.applyAsDouble(x, direction);
    }

    @Override
    public double[] at(T x, List<T> directions) {
        if (several instanceof SeveralDirections.OneByOne<T> oneByOne) {
            oneByOne.check(directions.size());
        }
        if (!(several instanceof SeveralDirections.InLanes<T>(Once<Lanes<T>> inLanes))) {
            return DirectionalDerivative.super.at(x, directions);
        }
        double[] slopes = new double[directions.size()];
        Lanes<T> lanes = inLanes.get();
        int done = 0;
        for (; done + Lanes.WIDTH <= slopes.length; done += Lanes.WIDTH) {
            Object[] chunk = Lanes.chunk(directions, done, lanes.changesInput());
            double[] result = (double[]) lanes.code().apply(lanes.changesInput() ? Shadows.copyOf(x) : x, chunk);
            System.arraycopy(result, 0, slopes, done, Lanes.WIDTH);
        }
        for (; done < slopes.length; done++) {
            T direction = directions.get(done);
            slopes[done] = lanes.changesInput()
                    ? one.applyAsDouble(Shadows.copyOf(x), Shadows.copyOf(direction))
                    : one.applyAsDouble(x, direction);
        }
        return slopes;
    }
}
