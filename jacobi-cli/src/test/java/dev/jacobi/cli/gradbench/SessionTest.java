package dev.jacobi.cli.gradbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.Options;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol, and each eval on a small input whose gradient is found by central differences of the eval's own primal. */
class SessionTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Session session = new Session(Options.DEFAULT, 0);
    private int id;

    private JsonNode send(String message) throws Exception {
        return session.answer(MAPPER.readTree(message));
    }

    private JsonNode evaluate(String module, String function, JsonNode input) {
        ObjectNode message = MAPPER.createObjectNode();
        message.put("id", ++id).put("kind", "evaluate").put("module", module).put("function", function);
        message.set("input", input);
        JsonNode answer = session.answer(message);
        assertEquals(id, answer.get("id").intValue());
        assertTrue(answer.path("success").asBoolean(), answer::toString);
        assertTrue(answer.get("timings").size() >= 1, answer::toString);
        return answer.get("output");
    }

    private void define(String module) throws Exception {
        assertEquals(
                MAPPER.readTree("{\"id\":1,\"success\":true}"),
                send("{\"id\":1,\"kind\":\"define\",\"module\":\"" + module + "\"}"));
    }

    @Test
    void startNamesTheTool() throws Exception {
        assertEquals(
                MAPPER.readTree("{\"id\":0,\"tool\":\"jacobi\"}"),
                send("{\"id\":0,\"kind\":\"start\",\"eval\":\"gmm\"}"));
    }

    @Test
    void analysisAndUnknownKindsAreAnsweredByTheNumberAlone() throws Exception {
        assertEquals(MAPPER.readTree("{\"id\":3}"), send("{\"id\":3,\"kind\":\"analysis\",\"of\":2,\"valid\":true}"));
        assertEquals(MAPPER.readTree("{\"id\":4}"), send("{\"id\":4,\"kind\":\"applause\"}"));
        assertEquals(MAPPER.readTree("{\"id\":5}"), send("{\"id\":5}"));
    }

    @Test
    void unknownModulesAndFunctionsFailWithAReason() throws Exception {
        assertEquals(
                MAPPER.readTree("{\"id\":1,\"success\":false,\"error\":\"jacobi does not have the eval ray yet\"}"),
                send("{\"id\":1,\"kind\":\"define\",\"module\":\"ray\"}"));
        String evaluate = "{\"id\":2,\"kind\":\"evaluate\",\"module\":\"hello\",\"function\":\"%s\",\"input\":1}";
        assertEquals(
                MAPPER.readTree("{\"id\":2,\"success\":false,\"error\":\"hello.square is not defined\"}"),
                send(evaluate.formatted("square")));
        define("hello");
        assertEquals(
                MAPPER.readTree("{\"id\":2,\"success\":false,\"error\":\"hello.cube is not defined\"}"),
                send(evaluate.formatted("cube")));
    }

    @Test
    void inputThatDoesNotFitFailsWithAReason() throws Exception {
        define("lse");
        JsonNode answer =
                send("{\"id\":2,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"primal\",\"input\":{}}");
        assertEquals(2, answer.get("id").intValue());
        assertEquals(false, answer.get("success").booleanValue());
        assertTrue(answer.has("error"));
        assertTrue(!answer.has("output") && !answer.has("timings"), answer::toString);
    }

    @Test
    void runsAreRepeatedAndTimedOneByOne() throws Exception {
        define("lse");
        JsonNode answer = send("{\"id\":2,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"gradient\","
                + "\"input\":{\"x\":[1,2,3],\"min_runs\":5,\"min_seconds\":0}}");
        assertEquals(5, answer.get("timings").size());
        for (JsonNode timing : answer.get("timings")) {
            assertEquals("evaluate", timing.get("name").asText());
            assertTrue(timing.get("nanoseconds").isIntegralNumber());
        }
    }

    @Test
    void helloSquaresAndDoubles() throws Exception {
        define("hello");
        assertEquals(9.0, evaluate("hello", "square", MAPPER.readTree("3")).doubleValue());
        assertEquals(6.0, evaluate("hello", "double", MAPPER.readTree("3")).doubleValue());
    }

    @Test
    void lseIsTheLogarithmOfTheSumAndItsGradientTheSoftmax() throws Exception {
        define("lse");
        JsonNode input = MAPPER.readTree("{\"x\":[1,2,3],\"min_seconds\":0}");
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
        assertEquals(Math.log(sum), evaluate("lse", "primal", input).doubleValue(), 1e-14);
        JsonNode gradient = evaluate("lse", "gradient", input);
        for (int i = 0; i < 3; i++) {
            assertEquals(Math.exp(i + 1) / sum, gradient.get(i).doubleValue(), 1e-14);
        }
    }

    @Test
    void llsqHasTheGradientOfItsPrimal() throws Exception {
        define("llsq");
        String input = "{\"x\":[0.3,-0.7,0.2],\"n\":8,\"min_seconds\":0}";
        assertGradient("llsq", "primal", "gradient", input, List.of("/x"));
    }

    @Test
    void odeHasTheGradientOfTheLastNumberOfItsSolution() throws Exception {
        define("ode");
        String input = "{\"x\":[0.3,0.7,0.2],\"n\":3,\"s\":4,\"min_seconds\":0}";
        assertGradient("ode", "primal", "gradient", input, List.of("/x"));
    }

    @Test
    void gmmHasTheGradientOfItsObjective() throws Exception {
        define("gmm");
        String input = """
                {"d":2,"k":2,"n":3,"alpha":[0.1,-0.4],"mu":[[0.5,-0.2],[0.3,0.9]],"q":[[0.2,-0.1],[0.4,0.3]],
                 "l":[[0.7],[-0.6]],"x":[[0.1,0.2],[-0.5,1.1],[0.8,-0.3]],"gamma":1.5,"m":2,"min_seconds":0}""";
        JsonNode jacobian = evaluate("gmm", "jacobian", MAPPER.readTree(input));
        for (String part : List.of("alpha", "mu", "q", "l")) {
            assertClose(
                    differences("gmm", "objective", input, List.of("/" + part)),
                    StrictCheck.numbers(jacobian.get(part)),
                    "gmm " + part);
        }
    }

    @Test
    void lstmHasTheGradientOfItsObjective() throws Exception {
        define("lstm");
        String input = """
                {"main_params":[[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8],[0.8,0.7,0.6,0.5,0.4,0.3,0.2,0.1]],
                 "extra_params":[[0.1,0.9],[0.4,0.2],[0.3,0.5]],
                 "state":[[0.2,0.3],[0.5,0.1]],
                 "sequence":[[0.1,0.6],[0.7,0.3],[0.2,0.9],[0.4,0.4]],"min_seconds":0}""";
        assertGradient("lstm", "objective", "jacobian", input, List.of("/main_params", "/extra_params"));
    }

    @Test
    void detHasTheGradientOfItsPrimal() throws Exception {
        define("det");
        String input = "{\"A\":[0.3,-0.7,0.2,1.1,0.4,-0.6,0.9,0.5,0.8],\"ell\":3,\"min_seconds\":0}";
        assertGradient("det", "primal", "gradient", input, List.of("/A"));
    }

    @Test
    void kmeansGoesFromEachCentroidToTheMeanOfItsPoints() throws Exception {
        define("kmeans");
        JsonNode dir = evaluate("kmeans", "dir", MAPPER.readTree("""
                {"points":[[0,0],[1,0],[0.5,3],[9,8]],"centroids":[[1,1],[8,8]],"min_seconds":0}"""));
        assertClose(List.of(0.5, 0.0, -1.0, 0.0), StrictCheck.numbers(dir), "kmeans");
    }

    @Test
    void baHasTheSparseJacobianOfItsResiduals() throws Exception {
        define("ba");
        String input = """
                {"n":2,"m":3,"p":2,"cam":[0.3,-0.2,0.5,1.1,0.7,-0.4,1.5,0.2,0.1,0.05,-0.02],"x":[0.4,0.9,3.1],"w":0.8,
                 "feat":[0.6,0.3],"min_seconds":0}""";
        JsonNode jacobian = evaluate("ba", "jacobian", MAPPER.readTree(input));
        List<Double> values = StrictCheck.numbers(jacobian.get("vals"));
        List<String> variables = List.of("/cam", "/x", "/w");
        String elements = "/reproj_error/elements/";
        assertClose(differences("ba", "objective", input, variables, elements + 0), values.subList(0, 15), "row 0");
        assertClose(differences("ba", "objective", input, variables, elements + 1), values.subList(15, 30), "row 1");
        assertEquals(-1.6, values.get(30), 1e-15);
        List<Double> columns = StrictCheck.numbers(jacobian.get("cols"));
        assertEquals(
                List.of(0.0, 10.0, 22.0, 24.0, 31.0),
                List.of(0, 10, 11, 13, 14).stream().map(columns::get).toList());
        assertEquals(
                List.of(0.0, 22.0, 31.0),
                List.of(15, 26, 29).stream().map(columns::get).toList());
        assertEquals(32.0, columns.get(30));
    }

    @Test
    void particleFindsTheControlWithDerivativesOfDerivativesInAllModes() throws Exception {
        define("particle");
        for (String modes : List.of("rr", "ff", "fr", "rf")) {
            JsonNode input = MAPPER.readTree("{\"w\":0.0,\"min_seconds\":0}");
            assertEquals(0.20719187, evaluate("particle", modes, input).doubleValue(), 1e-8, modes);
        }
    }

    @Test
    void saddleGoesToItsPointWithDerivativesOfDerivativesInAllModes() throws Exception {
        define("saddle");
        JsonNode input = MAPPER.readTree("{\"start\":[1.0,0.5],\"min_seconds\":0}");
        List<Double> first = StrictCheck.numbers(evaluate("saddle", "rr", input));
        assertEquals(4, first.size());
        first.forEach(number -> assertEquals(0.0, number, 1e-4));
        for (String modes : List.of("ff", "fr", "rf")) {
            assertEquals(first, StrictCheck.numbers(evaluate("saddle", modes, input)), modes);
        }
    }

    private void assertGradient(String module, String primal, String gradient, String input, List<String> variables)
            throws Exception {
        assertClose(
                differences(module, primal, input, variables),
                StrictCheck.numbers(evaluate(module, gradient, MAPPER.readTree(input))),
                module);
    }

    private static void assertClose(List<Double> expected, List<Double> got, String what) {
        assertEquals(expected.size(), got.size(), what);
        double largest = expected.stream().mapToDouble(Math::abs).max().orElseThrow();
        assertTrue(largest > 1e-3, () -> what + " is no test where all is zero: " + expected);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), got.get(i), 1e-7 * largest, what + ", number " + i);
        }
    }

    /** Central differences of the last number of a function's output, by every number below these places of the input. */
    private List<Double> differences(String module, String function, String input, List<String> variables)
            throws Exception {
        return differences(module, function, input, variables, "");
    }

    /** Of the last number at a place of the output. */
    private List<Double> differences(String module, String function, String input, List<String> variables, String place)
            throws Exception {
        double h = 1e-5;
        List<Double> differences = new ArrayList<>();
        for (String variable : variables) {
            int count = StrictCheck.numbers(MAPPER.readTree(input).at(variable)).size();
            for (int i = 0; i < count; i++) {
                double above = StrictCheck.numbers(evaluate(module, function, moved(input, variable, i, h))
                                .at(place))
                        .getLast();
                double below = StrictCheck.numbers(evaluate(module, function, moved(input, variable, i, -h))
                                .at(place))
                        .getLast();
                differences.add((above - below) / (2 * h));
            }
        }
        return differences;
    }

    private static JsonNode moved(String input, String variable, int number, double distance) throws Exception {
        JsonNode tree = MAPPER.readTree(input);
        if (tree.at(variable).isNumber()) {
            ((ObjectNode) tree).put(variable.substring(1), tree.at(variable).doubleValue() + distance);
        } else {
            move(tree.at(variable), new int[] {number}, distance);
        }
        return tree;
    }

    private static void move(JsonNode node, int[] left, double distance) {
        for (int i = 0; i < node.size(); i++) {
            if (node.get(i).isArray()) {
                move(node.get(i), left, distance);
            } else if (left[0]-- == 0) {
                ((com.fasterxml.jackson.databind.node.ArrayNode) node)
                        .set(i, node.get(i).doubleValue() + distance);
            }
        }
    }
}
