package dev.jacobi.cli.gradbench;

import static dev.jacobi.Activity.CONST;
import static dev.jacobi.Activity.DUAL;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.ColumnGroups;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.cli.check.JsonArguments;
import dev.jacobi.examples.gradbench.HandTracking;
import dev.jacobi.examples.gradbench.HandTracking.Hand;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code ht}: hand tracking. The Jacobian is made of columns in forward mode, several at once. The numbers that say where in a triangle
 * a point lies move nothing but that point, so one direction serves the first of all points, and another the second. Angles of fingers that
 * share no measured point share a direction too.
 */
final class HtEval implements Eval<HtEval.Input> {
    private static final int WIDTH = 6;
    private static final int BONES = 22;
    private static final int ANGLES = 26;

    /** @param inside empty where points belong to vertices, not to triangles */
    record Input(double[] theta, double[] inside, Hand hand, int[] correspondences, double[][] measured) {}

    /** The original function, for points on triangles. */
    public interface OriginalOnTriangles {
        void apply(
                double[] theta, double[] inside, Hand hand, int[] triangles, double[][] measured, double[] residuals);
    }

    /** The original function, for points on vertices. */
    public interface OriginalOnVertices {
        void apply(double[] theta, Hand hand, int[] vertices, double[][] measured, double[] residuals);
    }

    /** Several directions, for points on triangles: for each number its tangents side by side. */
    public interface OnTriangles {
        void apply(
                double[] theta,
                double[] thetaTangents,
                double[] inside,
                double[] insideTangents,
                Hand hand,
                int[] triangles,
                double[][] measured,
                double[] residuals,
                double[] residualTangents);
    }

    /** Several directions, for points on vertices. */
    public interface OnVertices {
        void apply(
                double[] theta,
                double[] thetaTangents,
                Hand hand,
                int[] vertices,
                double[][] measured,
                double[] residuals,
                double[] residualTangents);
    }

    @Override
    public Input read(JsonNode input) {
        JsonNode data = input.get("data");
        JsonNode model = data.get("model");
        Hand hand = new Hand(
                indices(model.get("parents")),
                cube(model.get("base_relatives")),
                cube(model.get("inverse_base_absolutes")),
                Eval.matrix(model.get("base_positions")),
                Eval.matrix(model.get("weights")),
                Stream.of(nodes(model.get("triangles"))).map(HtEval::indices).toArray(int[][]::new),
                model.get("is_mirrored").booleanValue());
        double[] inside = Stream.of(nodes(input.get("us")))
                .flatMapToDouble(pair -> Arrays.stream(Eval.vector(pair)))
                .toArray();
        return new Input(
                Eval.vector(input.get("theta")),
                inside,
                hand,
                indices(data.get("correspondences")),
                Eval.matrix(data.get("points")));
    }

    private static JsonNode[] nodes(JsonNode json) {
        JsonNode[] nodes = new JsonNode[json.size()];
        Arrays.setAll(nodes, json::get);
        return nodes;
    }

    private static int[] indices(JsonNode json) {
        return Stream.of(nodes(json)).mapToInt(JsonNode::intValue).toArray();
    }

    private static double[][][] cube(JsonNode json) {
        return Stream.of(nodes(json)).map(Eval::matrix).toArray(double[][][]::new);
    }

    @Override
    public Input sample(Random random) {
        int[] parents = new int[BONES];
        Arrays.setAll(parents, bone -> bone - 1);
        double[][][] places = new double[BONES][][];
        Arrays.setAll(places, _ -> Eval.matrix(random, 4, 4));
        Hand hand = new Hand(
                parents,
                places,
                places,
                Eval.matrix(random, 50, 4),
                Eval.matrix(random, 50, BONES),
                new int[][] {{0, 1, 2}, {3, 4, 5}},
                false);
        return new Input(
                Eval.vector(random, ANGLES),
                Eval.vector(random, 20),
                hand,
                new int[] {0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
                Eval.matrix(random, 10, 3));
    }

    @Override
    public Map<String, Function<Input, Workload>> functions(Options options) {
        OnTriangles onTriangles = Jacobi.of(HandTracking.class, "triangleResiduals")
                .with(options)
                .forward(WIDTH, DUAL, DUAL, CONST, CONST, CONST, DUAL)
                .packed()
                .as(OnTriangles.class);
        OnVertices onVertices = Jacobi.of(HandTracking.class, "vertexResiduals")
                .with(options)
                .forward(WIDTH, DUAL, CONST, CONST, CONST, DUAL)
                .packed()
                .as(OnVertices.class);
        return Map.of("jacobian", in -> jacobian(in, onTriangles, onVertices));
    }

    @Override
    public Optional<Function<Input, Workload>> original(Options options) {
        OriginalOnTriangles onTriangles = Eval.original(
                HandTracking.class,
                "triangleResiduals",
                OriginalOnTriangles.class,
                HandTracking::triangleResiduals,
                options);
        OriginalOnVertices onVertices = Eval.original(
                HandTracking.class,
                "vertexResiduals",
                OriginalOnVertices.class,
                HandTracking::vertexResiduals,
                options);
        return Optional.of(in -> objective(in, onTriangles, onVertices));
    }

    private static Workload objective(Input in, OriginalOnTriangles onTriangles, OriginalOnVertices onVertices) {
        double[] residuals = new double[3 * in.measured.length];
        return Workload.of(() -> {
            if (in.inside.length > 0) {
                onTriangles.apply(in.theta, in.inside, in.hand, in.correspondences, in.measured, residuals);
            } else {
                onVertices.apply(in.theta, in.hand, in.correspondences, in.measured, residuals);
            }
            return residuals;
        });
    }

    private static Workload jacobian(Input in, OnTriangles onTriangles, OnVertices onVertices) {
        int rows = 3 * in.measured.length;
        int compressed = in.inside.length > 0 ? 2 : 0;
        int columns = compressed + in.theta.length;
        ColumnGroups groups = ColumnGroups.of(columns, HandPattern.columnsOfRows(in, compressed));
        int passes = (groups.count() + WIDTH - 1) / WIDTH;
        double[] residuals = new double[rows];
        double[][] theta = new double[passes][in.theta.length * WIDTH];
        double[][] inside = new double[passes][in.inside.length * WIDTH];
        for (int column = 0; column < columns; column++) {
            int pass = groups.groupOf(column) / WIDTH;
            int lane = groups.groupOf(column) % WIDTH;
            if (column < compressed) {
                for (int i = column; i < in.inside.length; i += 2) {
                    inside[pass][i * WIDTH + lane] = 1;
                }
            } else {
                theta[pass][(column - compressed) * WIDTH + lane] = 1;
            }
        }
        double[] tangents = new double[rows * WIDTH];
        double[][] products = new double[passes * WIDTH][rows];
        double[][] jacobian = new double[rows][columns];
        return Workload.of(
                () -> {
                    for (int pass = 0; pass < passes; pass++) {
                        if (compressed > 0) {
                            onTriangles.apply(
                                    in.theta,
                                    theta[pass],
                                    in.inside,
                                    inside[pass],
                                    in.hand,
                                    in.correspondences,
                                    in.measured,
                                    residuals,
                                    tangents);
                        } else {
                            onVertices.apply(
                                    in.theta,
                                    theta[pass],
                                    in.hand,
                                    in.correspondences,
                                    in.measured,
                                    residuals,
                                    tangents);
                        }
                        for (int lane = 0; lane < WIDTH; lane++) {
                            double[] product = products[pass * WIDTH + lane];
                            for (int row = 0; row < rows; row++) {
                                product[row] = tangents[row * WIDTH + lane];
                            }
                        }
                    }
                    groups.spread(Arrays.asList(products), jacobian);
                    return jacobian;
                },
                () -> JsonArguments.write(jacobian));
    }
}
