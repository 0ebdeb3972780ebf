package dev.jacobi.cli.bench;

import dev.jacobi.cli.gradbench.Timing;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Comma-separated values. */
public final class Csv {
    private Csv() {}

    public static String line(List<String> cells) {
        return cells.stream().map(Csv::quoted).collect(Collectors.joining(","));
    }

    /** Adds the seconds of the fastest and of the middle run, and how many runs there were; three empty cells where nothing was timed. */
    public static void addTimes(List<String> cells, @Nullable Timing timing) {
        cells.add(timing == null ? "" : String.valueOf(timing.minimum() / 1e9));
        cells.add(timing == null ? "" : String.valueOf(timing.median() / 1e9));
        cells.add(timing == null ? "" : String.valueOf(timing.runs()));
    }

    public static String number(OptionalDouble number) {
        return number.isPresent() ? String.valueOf(number.getAsDouble()) : "";
    }

    private static String quoted(String cell) {
        return cell.matches("[^\",\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
