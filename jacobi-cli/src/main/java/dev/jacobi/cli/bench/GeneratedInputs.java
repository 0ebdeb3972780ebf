package dev.jacobi.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.cli.check.JsonArguments;
import dev.jacobi.cli.gradbench.Inputs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Inputs in the form of the suite, made from random numbers that are the same each time, for a machine without the suite's files. Of each
 * eval there is one small and one middling size. There are no reference outputs.
 */
final class GeneratedInputs implements Inputs {
    private static final int BONES = 22;

    /** By eval and size, the smaller size first. */
    private final Map<String, Map<String, IntFunction<JsonNode>>> sizes = new HashMap<>();

    GeneratedInputs() {
        add("hello", "x3", _ -> JsonNodeFactory.instance.numberNode(3.0));
        add("particle", "default", _ -> object().put("w", 0.0));
        add("saddle", "default", _ -> object().set("start", JsonArguments.write(new double[] {1, 1})));
        add("ba", "n10_m100_p1000", seed -> ba(new Random(seed), 10, 100, 1000));
        add("ba", "n49_m7776_p31843", seed -> ba(new Random(seed), 49, 7776, 31843));
        add("det", "5", seed -> det(new Random(seed), 5));
        add("det", "8", seed -> det(new Random(seed), 8));
        add("gmm", "2_5_100", seed -> gmm(new Random(seed), 2, 5, 100));
        add("gmm", "10_10_1000", seed -> gmm(new Random(seed), 10, 10, 1000));
        add("ht", "v50_c20", seed -> ht(new Random(seed), 50, 20));
        add("ht", "v544_c100", seed -> ht(new Random(seed), 544, 100));
        add("kmeans", "k10_n1000_d8", seed -> kmeans(new Random(seed), 10, 1000, 8));
        add("kmeans", "k100_n1000_d16", seed -> kmeans(new Random(seed), 100, 1000, 16));
        add("llsq", "n16_m128", seed -> llsq(new Random(seed), 16, 128));
        add("llsq", "n1024_m128", seed -> llsq(new Random(seed), 1024, 128));
        add("lse", "n2500", seed -> lse(new Random(seed), 2500));
        add("lse", "n40000", seed -> lse(new Random(seed), 40_000));
        add("lstm", "l2_c100", seed -> lstm(new Random(seed), 2, 100));
        add("lstm", "l2_c1024", seed -> lstm(new Random(seed), 2, 1024));
        add("ode", "n40_s100", seed -> ode(new Random(seed), 40, 100));
        add("ode", "n1000_s100", seed -> ode(new Random(seed), 1000, 100));
    }

    private void add(String eval, String size, IntFunction<JsonNode> make) {
        sizes.computeIfAbsent(eval, _ -> new LinkedHashMap<>()).put(size, make);
    }

    @Override
    public List<String> sizes(String eval) {
        return List.copyOf(sizes.getOrDefault(eval, Map.of()).keySet());
    }

    @Override
    public JsonNode input(String eval, String size) {
        return sizes.get(eval).get(size).apply(31_337);
    }

    @Override
    public SortedMap<String, JsonNode> references(String eval, String size) {
        return new TreeMap<>();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Numbers of the normal distribution. */
    private static JsonNode normal(Random random, int length) {
        return JsonArguments.write(
                random.doubles(length).map(_ -> random.nextGaussian()).toArray());
    }

    private static JsonNode normal(Random random, int rows, int columns) {
        var matrix = JsonNodeFactory.instance.arrayNode();
        for (int row = 0; row < rows; row++) {
            matrix.add(normal(random, columns));
        }
        return matrix;
    }

    private static JsonNode uniform(Random random, int length) {
        return JsonArguments.write(random.doubles(length).toArray());
    }

    private static JsonNode uniform(Random random, int rows, int columns) {
        var matrix = JsonNodeFactory.instance.arrayNode();
        for (int row = 0; row < rows; row++) {
            matrix.add(uniform(random, columns));
        }
        return matrix;
    }

    private static JsonNode ba(Random random, int cameras, int points, int observations) {
        ObjectNode input = object().put("n", cameras).put("m", points).put("p", observations);
        input.set("cam", uniform(random, 11));
        input.set("x", uniform(random, 3));
        input.put("w", random.nextDouble());
        input.set("feat", uniform(random, 2));
        return input;
    }

    private static JsonNode det(Random random, int size) {
        ObjectNode input = object().put("ell", size);
        input.set("A", uniform(random, size * size));
        return input;
    }

    private static JsonNode gmm(Random random, int dimension, int components, int points) {
        ObjectNode input = object();
        input.set("alpha", normal(random, components));
        input.set("mu", uniform(random, components, dimension));
        input.set("q", normal(random, components, dimension));
        input.set("l", normal(random, components, dimension * (dimension - 1) / 2));
        input.set("x", normal(random, points, dimension));
        return input.put("gamma", 1.0).put("m", 0);
    }

    private static JsonNode kmeans(Random random, int clusters, int points, int dimension) {
        ObjectNode input = object();
        JsonNode all = uniform(random, points, dimension);
        input.set("points", all);
        // So that no cluster is empty.
        var centroids = input.putArray("centroids");
        for (int i = points - clusters; i < points; i++) {
            centroids.add(all.get(i));
        }
        return input;
    }

    private static JsonNode llsq(Random random, int points, int coefficients) {
        ObjectNode input = object().put("n", points);
        input.set("x", uniform(random, coefficients));
        return input;
    }

    private static JsonNode lse(Random random, int length) {
        ObjectNode input = object().put("n", length);
        input.set("x", uniform(random, length));
        return input;
    }

    private static JsonNode lstm(Random random, int layers, int characters) {
        int width = 14;
        ObjectNode input = object();
        input.set("main_params", uniform(random, 2 * layers, 4 * width));
        input.set("extra_params", uniform(random, 3, width));
        input.set("state", uniform(random, 2 * layers, width));
        input.set("sequence", uniform(random, characters, width));
        return input;
    }

    private static JsonNode ode(Random random, int length, int steps) {
        ObjectNode input = object().put("s", steps);
        input.set("x", uniform(random, length));
        return input;
    }

    /** A chain of bones, and points on vertices of its skin. */
    private static JsonNode ht(Random random, int vertices, int points) {
        ObjectNode model = object();
        var parents = model.putArray("parents");
        var places = model.putArray("base_relatives");
        var inverses = model.putArray("inverse_base_absolutes");
        for (int bone = 0; bone < BONES; bone++) {
            parents.add(bone - 1);
            places.add(uniform(random, 4, 4));
            inverses.add(uniform(random, 4, 4));
        }
        model.set("base_positions", uniform(random, vertices, 4));
        model.set("weights", uniform(random, vertices, BONES));
        model.putArray("triangles").addArray().add(0).add(1).add(2);
        model.put("is_mirrored", false);
        ObjectNode data = object();
        data.set("model", model);
        var correspondences = data.putArray("correspondences");
        for (int point = 0; point < points; point++) {
            correspondences.add(random.nextInt(vertices));
        }
        data.set("points", uniform(random, points, 3));
        ObjectNode input = object();
        input.set("theta", uniform(random, 26));
        input.set("data", data);
        input.putArray("us");
        return input;
    }
}
