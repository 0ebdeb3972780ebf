package dev.jacobi.cli.gradbench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.cli.check.JsonArguments;
import java.util.function.Supplier;

/** One function on one input, ready to run. Only {@link #run} is timed. */
public final class Workload {
    private final Supplier<Object> body;
    private final Supplier<JsonNode> output;
    private Object result = 0.0;

    private Workload(Supplier<Object> body, Supplier<JsonNode> output) {
        this.body = body;
        this.output = output;
    }

    /** A workload whose result is a number or nested array of numbers. */
    static Workload of(Supplier<Object> body) {
        Workload[] self = new Workload[1];
        self[0] = new Workload(body, () -> JsonArguments.write(self[0].result));
        return self[0];
    }

    /** A workload that leaves its results where {@code output} finds them. */
    static Workload of(Supplier<Object> body, Supplier<JsonNode> output) {
        return new Workload(body, output);
    }

    public void run() {
        result = body.get();
    }

    public JsonNode output() {
        return output.get();
    }
}
