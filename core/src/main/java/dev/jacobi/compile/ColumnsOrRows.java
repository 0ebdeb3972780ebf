package dev.jacobi.compile;

import dev.jacobi.Jacobian;
import dev.jacobi.runtime.ForwardInLanes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A Jacobian by columns in forward mode, or by rows in reverse mode. At first columns are taken {@link Lanes#WIDTH} at once. They tell the number of results: if rows take fewer passes than
 * the columns that are left, rows are taken ({@link JacobianRows}), and only rows from the second call for arguments of a length on; otherwise from then on more columns are taken at once
 * ({@link ManyColumns}).
 */
final class ColumnsOrRows implements Jacobian {
    /** With more an array for all directions would be large, and so is all that is computed in any case. */
    private static final int MOST_INPUTS = 1 << 14;

    private final Lanes<double[]> forward;
    private final ManyColumns wide;
    private final JacobianRows rows;
    private final AtomicReference<@Nullable Work> idle = new AtomicReference<>();

    private final Once<Products> products;

    /** The products that give single columns and rows. */
    record Products(Object columns, Object rows) {}

    /** @param products for code that calls the Jacobian and is differentiated */
    ColumnsOrRows(Lanes<double[]> forward, ManyColumns wide, JacobianRows rows, Once<Products> products) {
        this.products = products;
        this.forward = forward;
        this.wide = wide;
        this.rows = rows;
    }

    /** What a call needs besides its arguments. */
    private static final class Work {
        final int length;
        final double[][] directions;
        /** The number of results of the call before, or -1. */
        int results = -1;

        double @Nullable [] packed;

        Work(int length) {
            this.length = length;
            directions = new double[Lanes.WIDTH][length];
        }
    }

    List<Object> products() {
        return rows.arePossible(1)
                ? List.of(products.get().columns(), products.get().rows())
                : List.of(products.get().columns());
    }

    @Override
    public double[] into(double[] x, double[][] jacobian) {
        return compute(x, jacobian).value();
    }

    @Override
    public double[][] at(double[] x) {
        return compute(x, null).matrix();
    }

    private record Result(double[] value, double[][] matrix) {}

    private Result compute(double[] x, double @Nullable [][] given) {
        Work idling = idle.getAndSet(null);
        Work work = idling != null && idling.length == x.length ? idling : new Work(x.length);
        boolean byRows = work.results >= 0 && isByRows(work.results, x.length);
        if (byRows && rows.areTogether(work.results)) {
            Result result = onlyRows(x, given, work);
            if (result != null) {
                idle.set(work);
                return result;
            }
        }
        if (work.results >= 0 && !byRows && x.length <= MOST_INPUTS) {
            int width = ManyColumns.width(x.length);
            Optional<ForwardInLanes<double[]>> code = wide.code(width);
            if (code.isPresent()) {
                Result result = wideColumns(code.get(), width, x, given, work);
                work.results = result.value().length;
                idle.set(work);
                return result;
            }
        }
        Object[] columns = columns(x, 0, work);
        double[] value = (double[]) columns[0];
        double[][] matrix = given != null ? given : new double[value.length][x.length];
        Matrices.check(matrix, value.length, x.length, x);
        work.results = value.length;
        if (isByRows(value.length, x.length)) {
            rows.write(() -> argument(x), matrix, 0);
        } else {
            write(columns, 0, matrix);
            for (int first = Lanes.WIDTH; first < x.length; first += Lanes.WIDTH) {
                write(columns(x, first, work), first, matrix);
            }
        }
        idle.set(work);
        return new Result(value, matrix);
    }

    /**
     * Whether rows take less time than columns. A pass of several rows takes up to twice as long as one of as many columns, and about as long as one of {@link ManyColumns}. The shape alone decides, so that
     * each call gives the same bits.
     */
    private boolean isByRows(int results, int columns) {
        int passes = (columns - 1) / Lanes.WIDTH;
        return results < passes && rows.arePossible(results) || results <= 2 * passes && rows.areTogether(results);
    }

    /** Rows alone, the value with the first of them; null if there are not as many results as in the call before. */
    private @Nullable Result onlyRows(double[] x, double @Nullable [][] given, Work work) {
        // What was given may have another shape, and then nothing is written there: so the first rows go elsewhere.
        double[] value = rows.first(argument(x), work.results, work.directions);
        if (value == null) {
            return null;
        }
        double[][] matrix = given != null ? given : new double[work.results][x.length];
        Matrices.check(matrix, value.length, x.length, x);
        int first = Math.min(work.directions.length, matrix.length);
        for (int row = 0; row < first; row++) {
            System.arraycopy(work.directions[row], 0, matrix[row], 0, x.length);
        }
        rows.write(() -> argument(x), matrix, first);
        return new Result(value, matrix);
    }

    private Result wideColumns(
            ForwardInLanes<double[]> code, int width, double[] x, double @Nullable [][] given, Work work) {
        double[] directions = work.packed;
        if (directions == null) {
            directions = new double[Math.multiplyExact(x.length, width)];
            work.packed = directions;
        }
        double[] value = {};
        double[][] matrix = {};
        Object[] shadows = {directions};
        for (int first = 0; first < x.length; first += width) {
            int count = Math.min(width, x.length - first);
            Arrays.fill(directions, 0);
            for (int lane = 0; lane < count; lane++) {
                directions[(first + lane) * width + lane] = 1;
            }
            Object[] results = (Object[]) code.apply(argument(x), shadows);
            double[] columns = (double[]) results[1];
            if (first == 0) {
                value = (double[]) results[0];
                matrix = given != null ? given : new double[value.length][x.length];
                Matrices.check(matrix, value.length, x.length, x);
                if (isByRows(value.length, x.length)) {
                    // There were more results in the call before.
                    rows.write(() -> argument(x), matrix, 0);
                    return new Result(value, matrix);
                }
            }
            for (int row = 0; row < matrix.length; row++) {
                System.arraycopy(columns, row * width, matrix[row], first, count);
            }
        }
        return new Result(value, matrix);
    }

    private Object[] columns(double[] x, int first, Work work) {
        for (int lane = 0; lane < Lanes.WIDTH; lane++) {
            Matrices.axis(work.directions[lane], first + lane);
        }
        return (Object[]) forward.code().apply(argument(x), work.directions);
    }

    /** The argument as it is, or a copy if the function may change it. */
    private double[] argument(double[] x) {
        if (!forward.changesInput()) {
            return x;
        }
        // A result may be the argument itself, so each call has its own.
        return x.clone();
    }

    private static void write(Object[] columns, int first, double[][] matrix) {
        for (int lane = 0; lane + 1 < columns.length; lane++) {
            double[] column = (double[]) columns[lane + 1];
            int number = first + lane;
            for (int row = 0; row < matrix.length && number < matrix[row].length; row++) {
                matrix[row][number] = column[row];
            }
        }
    }
}
