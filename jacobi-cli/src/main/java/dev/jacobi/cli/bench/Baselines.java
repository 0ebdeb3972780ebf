package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.SuiteEval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The fastest seconds of other tools, from a file {@code baselines.csv} whose first line names its columns, among them {@code eval},
 * {@code size}, {@code function}, {@code tool}, {@code status} and {@code min_s}.
 */
final class Baselines {
    static final Baselines NONE = new Baselines(Map.of());

    /** Of {@code ode} these are left out: hand-written code that knows the solution, and a program whose result is wrong. */
    private static final Set<String> NOT_ODE = Set.of("manual", "manual_clang", "enzyme");
    /** C++ without derivatives, by two compilers. */
    private static final List<String> PLAIN = List.of("manual", "manual_clang");

    private record Key(String eval, String size, String function) {}

    /** Tools and their seconds. */
    private final Map<Key, Map<String, Double>> seconds;

    private Baselines(Map<Key, Map<String, Double>> seconds) {
        this.seconds = seconds;
    }

    /** Those of a folder, or none. */
    static Baselines in(Path directory) throws IOException {
        Path file = directory.resolve("baselines.csv");
        return Files.isRegularFile(file) ? of(Files.readAllLines(file)) : NONE;
    }

    static Baselines of(List<String> lines) {
        List<String> columns = List.of(lines.getFirst().split(",", -1));
        Map<Key, Map<String, Double>> seconds = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = List.of(line.split(",", -1));
            if (cells.get(columns.indexOf("status")).equals("ok")) {
                Key key = new Key(
                        cells.get(columns.indexOf("eval")),
                        cells.get(columns.indexOf("size")),
                        cells.get(columns.indexOf("function")));
                seconds.computeIfAbsent(key, _ -> new HashMap<>())
                        .put(cells.get(columns.indexOf("tool")), Double.valueOf(cells.get(columns.indexOf("min_s"))));
            }
        }
        return new Baselines(seconds);
    }

    /** Whether there is anything. */
    boolean isEmpty() {
        return seconds.isEmpty();
    }

    private Map<String, Double> of(SuiteEval eval, String size, String function) {
        return seconds.getOrDefault(new Key(eval.label(), size, function), Map.of());
    }

    private Map<String, Double> ofDerivative(Measurement measured) {
        return of(measured.eval(), measured.size(), measured.function());
    }

    /** Enzyme's derivative; of {@code ode} the mended one, as the published one is wrong. */
    OptionalDouble enzyme(Measurement measured) {
        return of(ofDerivative(measured), List.of(measured.eval() == SuiteEval.ODE ? "enzyme_fix" : "enzyme"));
    }

    /** The fastest derivative of all tools, hand-written ones included. */
    OptionalDouble best(Measurement measured) {
        return bestTool(measured)
                .map(tool -> OptionalDouble.of(ofDerivative(measured).get(tool)))
                .orElse(OptionalDouble.empty());
    }

    /** Which tool has the fastest derivative. */
    Optional<String> bestTool(Measurement measured) {
        return ofDerivative(measured).entrySet().stream()
                .filter(entry -> measured.eval() != SuiteEval.ODE || !NOT_ODE.contains(entry.getKey()))
                .min(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    /** The original function in C++, by the compiler whose code is the faster one. */
    OptionalDouble primal(Measurement measured) {
        List<String> compared = measured.eval().compared();
        return compared.isEmpty()
                ? OptionalDouble.empty()
                : of(of(measured.eval(), measured.size(), compared.getFirst()), PLAIN);
    }

    private static OptionalDouble of(Map<String, Double> byTool, List<String> tools) {
        return tools.stream()
                .filter(byTool::containsKey)
                .mapToDouble(byTool::get)
                .min();
    }
}
