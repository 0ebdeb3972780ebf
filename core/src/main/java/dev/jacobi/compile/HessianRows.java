package dev.jacobi.compile;

import dev.jacobi.Hessian;
import dev.jacobi.HessianVectorProduct;
import dev.jacobi.runtime.TangentsOfGradient;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A Hessian by the tangents of a gradient in the directions of the axes, {@link Lanes#WIDTH} rows at once. */
final class HessianRows implements Hessian {
    private final HigherOrder.Compiled<TangentsOfGradient<double[]>> tangents;
    private final AtomicReference<@Nullable Work> idle = new AtomicReference<>();

    private final Once<HessianVectorProduct<double[]>> products;

    /** @param products for code that calls the Hessian and is differentiated */
    HessianRows(
            HigherOrder.Compiled<TangentsOfGradient<double[]>> tangents,
            Once<HessianVectorProduct<double[]>> products) {
        this.products = products;
        this.tangents = tangents;
    }

    /** What a call needs besides its arguments. */
    private static final class Work {
        final double[] x;
        final double[] gradient;
        final double[][] directions;
        /** Take the rows of directions that are too many. */
        final double[][] spare;

        final Object[] rows = new Object[Lanes.WIDTH];

        Work(int length) {
            x = new double[length];
            gradient = new double[length];
            directions = new double[Lanes.WIDTH][length];
            spare = new double[Lanes.WIDTH][length];
        }
    }

    List<Object> products() {
        return List.of(products.get());
    }

    @Override
    public void into(double[] x, double[][] hessian) {
        int length = x.length;
        Matrices.check(hessian, length, length, x);
        Work idling = idle.getAndSet(null);
        Work work = idling != null && idling.x.length == length ? idling : new Work(length);
        for (int first = 0; first < length; first += Lanes.WIDTH) {
            System.arraycopy(x, 0, work.x, 0, length);
            for (int lane = 0; lane < Lanes.WIDTH; lane++) {
                double[] row = first + lane < length ? hessian[first + lane] : work.spare[lane];
                Arrays.fill(row, 0);
                work.rows[lane] = row;
                Matrices.axis(work.directions[lane], first + lane);
            }
            Arrays.fill(work.gradient, 0);
            tangents.code().apply(work.x, work.directions, work.gradient, work.rows);
        }
        Arrays.fill(work.rows, null);
        idle.set(work);
    }

    @Override
    public double[][] at(double[] x) {
        double[][] hessian = new double[x.length][x.length];
        into(x, hessian);
        return hessian;
    }
}
