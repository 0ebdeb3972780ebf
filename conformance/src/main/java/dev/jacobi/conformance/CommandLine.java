package dev.jacobi.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of a command line: names with a value, and names alone. Commands of this module run without libraries. */
public final class CommandLine {
    /** What a command line cannot mean. */
    public static final class Misuse extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Misuse(String message) {
            super(message);
        }
    }

    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads a command line.
     *
     * @param options those that take a value
     * @param flags those that do not
     * @throws Misuse if an option is unknown or lacks its value
     */
    public CommandLine(String[] arguments, List<String> options, List<String> flags) {
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (flags.contains(option)) {
                values.put(option, "");
            } else if (!options.contains(option)) {
                throw new Misuse("unknown option " + option);
            } else if (i + 1 == arguments.length) {
                throw new Misuse(option + " takes a value");
            } else {
                values.put(option, arguments[++i]);
            }
        }
    }

    public boolean has(String flag) {
        return values.containsKey(flag);
    }

    public String text(String option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }

    /** A whole number that is not less than the minimum. */
    public long number(String option, long minimum, long otherwise) {
        String text = values.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Misuse(option + " takes a number" + (minimum == Long.MIN_VALUE ? "" : " of at least " + minimum)
                + ", not " + text);
    }

    /** A number above 0. */
    public double positive(String option, double otherwise) {
        String text = values.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(text);
            if (number > 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Misuse(option + " takes a number above 0, not " + text);
    }
}
