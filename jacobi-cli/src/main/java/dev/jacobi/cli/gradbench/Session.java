package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.SuiteEval.Defined;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers the messages of the protocol, one JSON object each. Derivatives are compiled and warmed up when an eval is defined, which the
 * protocol does not time.
 */
public final class Session {
    private static final long WARM_UP_NANOSECONDS = 1_500_000_000L;

    private final Map<String, Defined<?>> defined = new HashMap<>();
    private final Options options;
    private final long warmUpNanoseconds;

    /** @param options of the derivatives */
    public Session(Options options) {
        this(options, WARM_UP_NANOSECONDS);
    }

    Session(Options options, long warmUpNanoseconds) {
        this.options = options;
        this.warmUpNanoseconds = warmUpNanoseconds;
    }

    /** The answer to a message. */
    public ObjectNode answer(JsonNode message) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("id", message.get("id"));
        switch (message.path("kind").asText()) {
            case "start" -> answer.put("tool", "jacobi");
            case "define" -> define(message.path("module").asText(), answer);
            case "evaluate" -> evaluate(message, answer);
            default -> {
                // The protocol wants nothing but the number for kinds of messages that a tool does not know.
            }
        }
        return answer;
    }

    private void define(String module, ObjectNode answer) {
        Optional<SuiteEval> eval = SuiteEval.named(module);
        if (eval.isEmpty()) {
            fail(answer, "jacobi does not have the eval " + module + " yet");
            return;
        }
        try {
            Defined<?> made = eval.get().define(options);
            made.warmUp(warmUpNanoseconds);
            defined.put(module, made);
            answer.put("success", true);
        } catch (JacobiException refusal) {
            fail(answer, refusal.getMessage());
        }
    }

    private void evaluate(JsonNode message, ObjectNode answer) {
        String module = message.path("module").asText();
        String function = message.path("function").asText();
        Defined<?> eval = defined.get(module);
        if (eval == null || !eval.functions().containsKey(function)) {
            fail(answer, module + "." + function + " is not defined");
            return;
        }
        JsonNode input = message.get("input");
        try {
            Workload workload = eval.prepare(function, input);
            answer.set(
                    "timings",
                    time(
                            workload,
                            input.path("min_runs").asInt(1),
                            input.path("min_seconds").asDouble(0)));
            answer.put("success", true);
            answer.set("output", workload.output());
        } catch (RuntimeException e) {
            answer.remove("timings");
            fail(answer, e.toString());
        }
    }

    private static ArrayNode time(Workload workload, int minRuns, double minSeconds) {
        ArrayNode timings = JsonNodeFactory.instance.arrayNode();
        long elapsed = 0;
        for (int runs = 0; runs == 0 || runs < minRuns || elapsed < minSeconds * 1e9; runs++) {
            long start = System.nanoTime();
            workload.run();
            long time = System.nanoTime() - start;
            elapsed += time;
            timings.addObject().put("name", "evaluate").put("nanoseconds", time);
        }
        return timings;
    }

    private static void fail(ObjectNode answer, String error) {
        answer.put("success", false);
        answer.put("error", error);
    }
}
