package dev.jacobi.refusal;

/** Methods that reach arrays by two ways. The golden texts hold their line numbers. */
@SuppressWarnings({"unused", "NullAway"}) // called by name
public final class Aliasing {
    static double[] table = {0, 0};

    private Aliasing() {}

    /** Holds an array. */
    public record Holder(double[] values) {}

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    static double dotAll(double[] x, double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            sum += dot(x, row);
        }
        return sum;
    }

    static double timesStatic(double[] x) {
        return dot(x, table);
    }

    static double timesField(double[] x, Holder holder) {
        return dot(x, holder.values());
    }

    static double timesElement(double[] x, Object[] objects) {
        return dot(x, (double[]) objects[0]);
    }

    static double rowsTimesStatic(double[][] x) {
        double sum = 0;
        for (double[] row : x) {
            sum += dot(row, table);
        }
        return sum;
    }

    static double clearsStatic(double[] x) {
        table[0] = 0;
        return x[0] * x[0];
    }

    static double copiesStatic(double[] x) {
        double[] copy = table.clone();
        return dot(x, copy);
    }

    static double catchesAll(double[] x) {
        try {
            return dot(x, table);
        } catch (RuntimeException e) {
            return 0;
        }
    }

    static double measuresStatic(double[] x) {
        double factor = table == null || table[0] > 100 ? 1 : table.length;
        return x[0] * factor;
    }

    static double doublesFirstAndMultiplies(double[][] x) {
        x[0][0] *= 2;
        return x[1][0] * x[0][0];
    }

    static double[] doubled(double[] x) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = 2 * x[i];
        }
        return result;
    }

    /** Can change, and be reached from a static field. */
    static final class Model {
        double scale = 1;
        double[] weights = {1, 2};
        Model next;
    }

    static Model shared = new Model();

    static double modelTimesShared(Model model) {
        return model.scale * shared.scale;
    }

    static double weightsTimesTable(Model model) {
        return dot(model.weights, table);
    }

    static double nextTimesShared(Model model) {
        shared.scale = 7;
        return model.next.scale * model.next.scale;
    }

    static double recursiveStatic(double[] x) {
        return power(x[0], 3) + x[1];
    }

    private static double power(double x, int n) {
        return n == 0 ? table[0] : power(x, n - 1) * x;
    }

    static double catchesRecursion(double[] x) {
        try {
            return power(x[0], 3);
        } catch (IllegalStateException e) {
            return 1;
        } catch (RuntimeException e) {
            return 0;
        }
    }

    static double rethrowsOfRecursion(double[] x) {
        try {
            return power(x[0], 3);
        } finally {
            measured++;
        }
    }

    static int measured;

    /** Known when it is called. */
    interface Scaling {
        double scale(double x);
    }

    static final class ByTable implements Scaling {
        @Override
        public double scale(double x) {
            return table[0] * x;
        }
    }

    static double dispatched(double[] x, Scaling scaling) {
        return scaling.scale(x[0]);
    }

    record Parts(double[] own, Holder constant) {}

    private static double held(Parts parts, int n) {
        return n == 0 ? parts.constant.values[1] * parts.own[0] : held(parts, n - 1) * 2;
    }

    static double heldByAConstantPart(double[] x, Holder holder) {
        return held(new Parts(x, holder), 5 * x.length);
    }

    static double ownAndConstant(double[] x, Holder holder) {
        Parts parts = new Parts(x, holder);
        return held(parts, 5 * x.length) + parts.own()[1];
    }

    static double[] doublesInPlace(double[] x) {
        x[0] *= 2;
        return new double[] {x[0] * 3, x[1]};
    }
}
