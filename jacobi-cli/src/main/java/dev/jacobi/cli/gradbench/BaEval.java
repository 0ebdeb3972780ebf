package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.ACTIVE;
import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUPLICATED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.cli.check.JsonArguments;
import dev.jacobi.examples.gradbench.BundleAdjustment;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** {@code ba}: bundle adjustment. The Jacobian is sparse; each observation gives two rows, which are two adjoints in one call. */
final class BaEval implements Eval<BaEval.Input> {
    private static final int CAMERA = 11;
    private static final int POINT = 3;
    private static final int COLUMNS = CAMERA + POINT + 1;

    record Input(double[][] cameras, double[][] points, double[] weights, int[][] observations, double[][] features) {}

    /** The original function. */
    public interface Original {
        void apply(
                double[][] cameras,
                double[][] points,
                double[] weights,
                int[][] observations,
                double[][] features,
                double[] reprojection,
                double[] weight);
    }

    /** Adds to the shadows of camera and point for each of both residuals, returns the adjoints of the weight. */
    public interface Derivative {
        OfWeight apply(
                double[] camera,
                double[] cameraOfFirst,
                double[] cameraOfSecond,
                double[] point,
                double[] pointOfFirst,
                double[] pointOfSecond,
                double weight,
                double[] feature,
                double[] residual,
                double[] seedOfFirst,
                double[] seedOfSecond);
    }

    /** The adjoints of the weight. */
    public record OfWeight(double first, double second) {}

    @Override
    public Input read(JsonNode input) {
        return repeated(
                Eval.vector(input.get("cam")),
                Eval.vector(input.get("x")),
                input.get("w").doubleValue(),
                Eval.vector(input.get("feat")),
                input.get("n").intValue(),
                input.get("m").intValue(),
                input.get("p").intValue());
    }

    /** The inputs of the suite say one camera, one point and one feature, each of which stands for many. */
    private static Input repeated(
            double[] camera, double[] point, double weight, double[] feature, int n, int m, int p) {
        double[] weights = new double[p];
        Arrays.fill(weights, weight);
        int[][] observations = new int[p][];
        for (int i = 0; i < p; i++) {
            observations[i] = new int[] {i % n, i % m};
        }
        return new Input(copies(camera, n), copies(point, m), weights, observations, copies(feature, p));
    }

    private static double[][] copies(double[] row, int count) {
        double[][] rows = new double[count][];
        Arrays.setAll(rows, _ -> row.clone());
        return rows;
    }

    @Override
    public Input sample(Random random) {
        return repeated(
                Eval.vector(random, CAMERA),
                Eval.vector(random, POINT),
                random.nextDouble(),
                Eval.vector(random, 2),
                5,
                10,
                100);
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        Derivative reprojection = Jacobi.of(BundleAdjustment.class, "reprojectionResidual")
                .with(options)
                .reverse(2, DUPLICATED, DUPLICATED, ACTIVE, CONST, DUPLICATED)
                .as(Derivative.class);
        DoubleUnaryOperator weight = Jacobi.derivative(BundleAdjustment::weightResidual, 1, options);
        return Map.of("jacobian", in -> jacobian(in, reprojection, weight));
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        Original original = Eval.original(
                BundleAdjustment.class, "residuals", Original.class, BundleAdjustment::residuals, options);
        return Optional.of(in -> objective(in, original));
    }

    private static Workload objective(Input in, Original original) {
        int p = in.observations.length;
        double[] reprojection = new double[2 * p];
        double[] weight = new double[p];
        return Workload.of(
                () -> {
                    original.apply(
                            in.cameras, in.points, in.weights, in.observations, in.features, reprojection, weight);
                    return reprojection;
                },
                () -> {
                    ObjectNode output = JsonNodeFactory.instance.objectNode();
                    output.putObject("reproj_error")
                            .put("repeated", p)
                            .set("elements", JsonArguments.write(Arrays.copyOf(reprojection, 2)));
                    output.putObject("w_err").put("repeated", p).put("element", weight[0]);
                    return output;
                });
    }

    /** A matrix with the numbers of the columns and the values row by row, and where each row begins. */
    private static final class SparseMatrix {
        private final int[] rows;
        private final int[] columns;
        private final double[] values;
        private int row;
        private int next;

        SparseMatrix(int observations) {
            rows = new int[3 * observations + 1];
            columns = new int[(2 * COLUMNS + 1) * observations];
            values = new double[columns.length];
        }

        void clear() {
            row = 0;
            next = 0;
        }

        void add(int firstColumn, double[] part) {
            for (int i = 0; i < part.length; i++) {
                columns[next + i] = firstColumn + i;
                values[next + i] = part[i];
            }
            next += part.length;
        }

        void add(int column, double value) {
            columns[next] = column;
            values[next++] = value;
        }

        void endRow() {
            rows[++row] = next;
        }
    }

    private static SparseMatrix fill(
            SparseMatrix matrix, Input in, Derivative reprojection, DoubleUnaryOperator weightDerivative) {
        matrix.clear();
        int firstPoint = CAMERA * in.cameras.length;
        int firstWeight = firstPoint + POINT * in.points.length;
        double[][] camera = new double[2][CAMERA];
        double[][] point = new double[2][POINT];
        double[] residual = new double[2];
        double[][] seed = new double[2][2];
        for (int i = 0; i < in.observations.length; i++) {
            int cameraIndex = in.observations[i][0];
            int pointIndex = in.observations[i][1];
            for (int row = 0; row < 2; row++) {
                Arrays.fill(camera[row], 0);
                Arrays.fill(point[row], 0);
                seed[row][row] = 1;
                seed[row][1 - row] = 0;
            }
            OfWeight weight = reprojection.apply(
                    in.cameras[cameraIndex],
                    camera[0],
                    camera[1],
                    in.points[pointIndex],
                    point[0],
                    point[1],
                    in.weights[i],
                    in.features[i],
                    residual,
                    seed[0],
                    seed[1]);
            for (int row = 0; row < 2; row++) {
                matrix.add(CAMERA * cameraIndex, camera[row]);
                matrix.add(firstPoint + POINT * pointIndex, point[row]);
                matrix.add(firstWeight + i, row == 0 ? weight.first : weight.second);
                matrix.endRow();
            }
        }
        for (int i = 0; i < in.weights.length; i++) {
            matrix.add(firstWeight + i, weightDerivative.applyAsDouble(in.weights[i]));
            matrix.endRow();
        }
        return matrix;
    }

    private static Workload jacobian(Input in, Derivative reprojection, DoubleUnaryOperator weight) {
        SparseMatrix matrix = new SparseMatrix(in.observations.length);
        return Workload.of(() -> fill(matrix, in, reprojection, weight), () -> {
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            output.set("rows", JsonArguments.write(firstAndLast(matrix.rows)));
            output.set("cols", JsonArguments.write(firstAndLast(matrix.columns)));
            double[] values = Arrays.copyOf(matrix.values, 2 * COLUMNS + 1);
            values[2 * COLUMNS] = matrix.values[matrix.values.length - 1];
            output.set("vals", JsonArguments.write(values));
            return output;
        });
    }

    private static int[] firstAndLast(int[] numbers) {
        int[] some = Arrays.copyOf(numbers, 2 * COLUMNS + 1);
        some[2 * COLUMNS] = numbers[numbers.length - 1];
        return some;
    }
}
