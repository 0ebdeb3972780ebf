package dev.jacobi.conformance.roundtrip;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Exceptions in few words. */
final class Failures {
    private Failures() {}

    static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            text.append(text.isEmpty() ? "" : " <- ")
                    .append(cause.getClass().getSimpleName())
                    .append(": ");
            text.append(String.valueOf(cause.getMessage()).lines().limit(3).collect(Collectors.joining(" | ")));
            if (cause.getCause() == null) {
                text.append(Arrays.stream(cause.getStackTrace())
                        .limit(4)
                        .map(String::valueOf)
                        .collect(Collectors.joining(" < ", " @ ", "")));
            }
        }
        return text.toString();
    }
}
