package dev.jacobi.compile;

import dev.jacobi.HessianVectorProduct;
import dev.jacobi.runtime.Shadows;
import dev.jacobi.runtime.TangentOfGradient;
import dev.jacobi.runtime.TangentsOfGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hessian times vector, by the tangents of a gradient.
 *
 * @param one one direction
 * @param several {@link Lanes#WIDTH} directions
 */
record GradientTangent<T>(
        HigherOrder.Compiled<TangentOfGradient<T>> one, Once<HigherOrder.Compiled<TangentsOfGradient<T>>> several)
        implements HessianVectorProduct<T> {
    @Override
    public void into(T x, T direction, T product) {
        one.checks().check(x, direction, product);
        Shadows.clear(product);
        one.code().apply(x, direction, gradient(one, x), product);
    }

    @Override
    public T at(T x, T direction) {
        T product = Shadows.zerosLike(x);
        into(x, direction, product);
        return product;
    }

    @Override
    public List<T> at(T x, List<T> directions) {
        List<T> products = new ArrayList<>();
        while (products.size() + Lanes.WIDTH <= directions.size()) {
            HigherOrder.Compiled<TangentsOfGradient<T>> code = several.get();
            Object[] chunk = Lanes.chunk(directions, products.size(), code.changesInput());
            Object[] results = new Object[Lanes.WIDTH];
            for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                T product = Shadows.zerosLike(x);
                products.add(product);
                results[lane] = product;
            }
            Object[] checked = Arrays.copyOf(new Object[] {x}, 1 + 2 * Lanes.WIDTH);
            System.arraycopy(chunk, 0, checked, 1, Lanes.WIDTH);
            System.arraycopy(results, 0, checked, 1 + Lanes.WIDTH, Lanes.WIDTH);
            code.checks().check(checked);
            code.code().apply(code.changesInput() ? Shadows.copyOf(x) : x, chunk, gradient(code, x), results);
        }
        while (products.size() < directions.size()) {
            T direction = directions.get(products.size());
            products.add(one.changesInput() ? at(Shadows.copyOf(x), Shadows.copyOf(direction)) : at(x, direction));
        }
        return products;
    }

    private static <T> @Nullable T gradient(HigherOrder.Compiled<?> code, T x) {
        return code.usesGradient() ? Shadows.zerosLike(x) : null;
    }
}
