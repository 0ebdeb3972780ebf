package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far an output is from the reference: for each array of the output, the largest difference over the largest number of the
 * reference. The suite's own check lets zeros pass where all numbers are small, and NaN everywhere; this one does not.
 */
public final class StrictCheck {
    private StrictCheck() {}

    /** The largest error of all arrays of an output; infinite where anything is missing, of another size or not a number. */
    public static double error(JsonNode got, JsonNode reference) {
        if (reference.isObject()) {
            double error = got.size() == reference.size() ? 0 : Double.POSITIVE_INFINITY;
            for (Map.Entry<String, JsonNode> member : reference.properties()) {
                error = Math.max(error, error(got.path(member.getKey()), member.getValue()));
            }
            return error;
        }
        List<Double> numbers = numbers(got);
        List<Double> expected = numbers(reference);
        if (numbers.size() != expected.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.get(i)));
            difference = Math.max(difference, Math.abs(numbers.get(i) - expected.get(i)));
        }
        double error = difference == 0 ? 0 : difference / largest;
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    /** All numbers below a node, in order; what is not finite stands as text. */
    static List<Double> numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        collect(node, numbers);
        return numbers;
    }

    private static void collect(JsonNode node, List<Double> numbers) {
        if (node.isContainerNode()) {
            node.forEach(element -> collect(element, numbers));
        } else if (node.isNumber() || node.isTextual()) {
            numbers.add(node.isTextual() ? Double.valueOf(node.asText()) : node.doubleValue());
        }
    }
}
