package dev.jacobi.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jacobi.JacobiException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A {@link CheckResult} as text or as JSON. */
public final class CheckReport {
    private static final int MAX_LINES = 40;

    private CheckReport() {}

    /** One object with the members value, gradient, forward, finite, maxRelativeError, verdict, pitfalls, error. */
    public static ObjectNode json(CheckResult result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (result.value() == null) {
            json.putNull("value");
        } else {
            json.set("value", JsonArguments.write(result.value()));
        }
        json.set("gradient", parts(result.gradient()));
        json.set("forward", parts(result.forward()));
        json.set("finite", parts(result.finite()));
        if (result.verdict() == CheckResult.Verdict.REFUSED) {
            json.putNull("maxRelativeError");
        } else {
            json.set("maxRelativeError", JsonArguments.write(result.maxRelativeError()));
        }
        json.put("verdict", result.verdict().name().toLowerCase(Locale.ROOT));
        ArrayNode pitfalls = json.putArray("pitfalls");
        result.pitfalls().forEach(pitfalls::add);
        json.set("error", error(result.error()));
        return json;
    }

    /** The object for what could not even be tried: that of a refusal, whose kind is MISUSE. */
    public static ObjectNode misuse(String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putNull("value");
        json.putArray("gradient");
        json.putArray("forward");
        json.putArray("finite");
        json.putNull("maxRelativeError");
        json.put("verdict", "refused");
        json.putArray("pitfalls");
        json.putObject("error").put("refusal", "MISUSE").put("message", message);
        return json;
    }

    private static ArrayNode parts(List<Object> parts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        parts.forEach(part -> array.add(JsonArguments.write(part)));
        return array;
    }

    private static JsonNode error(Optional<JacobiException> error) {
        if (error.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        JacobiException refusal = error.get();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("refusal", refusal.refusal().name());
        json.put(
                "message",
                refusal.getMessage()
                        .lines()
                        .takeWhile(line -> !line.startsWith("  at:  ") && !line.startsWith("  why: "))
                        .collect(Collectors.joining("\n")));
        json.put("at", refusal.where().orElse(null));
        json.put("why", refusal.refusal().why());
        json.put("try", refusal.refusal().remedy());
        json.put("see", refusal.refusal().page());
        return json;
    }

    /** A table with a line for each number, at most {@value #MAX_LINES}, and the verdict. */
    public static void print(CheckResult result, PrintWriter out) {
        if (result.error().isPresent()) {
            out.println("refused: " + result.error().get().getMessage());
            return;
        }
        out.println("value     " + (result.value() == null ? "none" : JsonArguments.write(result.value())));
        out.printf("%-10s %-24s %-24s %-24s%n", "number", "reverse", "forward", "finite differences");
        int lines = 0;
        int total = 0;
        for (int i = 0; i < result.gradient().size(); i++) {
            Object part = result.gradient().get(i);
            double[] reverse = Numbers.flatten(part);
            double[] forward = Numbers.flatten(result.forward().get(i));
            double[] finite = Numbers.flatten(result.finite().get(i));
            for (int k = 0; k < reverse.length; k++, total++) {
                if (lines++ < MAX_LINES) {
                    out.printf(
                            Locale.ROOT,
                            "%-10s %-24s %-24s %-24.12g%n",
                            i + (part.getClass().isArray() ? "[" + k + "]" : ""),
                            reverse[k],
                            forward[k],
                            finite[k]);
                }
            }
        }
        if (total > MAX_LINES) {
            out.println("... and " + (total - MAX_LINES) + " more");
        }
        result.pitfalls().forEach(pitfall -> out.println("pitfall   " + pitfall));
        out.printf(Locale.ROOT, "largest relative difference %.2e%n", result.maxRelativeError());
        out.println("verdict   " + result.verdict().name().toLowerCase(Locale.ROOT));
    }
}
