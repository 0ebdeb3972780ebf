package dev.jacobi.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jacobi.cli.check.JsonArguments;
import dev.jacobi.cli.check.JsonArguments.MismatchException;
import dev.jacobi.cli.check.Numbers;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads the options {@code --args} and {@code --wrt} of a command; what does not fit is reported as misuse of it.
 */
record ArgumentReader(CommandSpec spec) {
    /** Reads a JSON array, from standard input if the text is {@code -}. */
    JsonNode parse(String arguments) {
        try {
            return new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(
                            arguments.equals("-")
                                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                                    : arguments);
        } catch (JsonProcessingException e) {
            throw misuse("--args is not JSON: " + e.getOriginalMessage().replaceAll("\\[Source: [^;]*; ", "["));
        } catch (IOException e) {
            throw misuse("--args: cannot read standard input: " + e.getMessage());
        }
    }

    /** One argument for each parameter of a method. */
    List<Object> read(JsonNode parsed, Method method) {
        try {
            return JsonArguments.read(parsed, List.of(method.getParameterTypes()));
        } catch (MismatchException e) {
            throw misuse("--args: " + e.getMessage() + ".");
        }
    }

    /**
     * The arguments to differentiate by.
     *
     * @param inputs their numbers, or null for all that hold floating-point numbers
     */
    List<Integer> inputs(@Nullable List<Integer> inputs, List<Object> actual) {
        if (inputs == null) {
            List<Integer> all = new ArrayList<>();
            for (int i = 0; i < actual.size(); i++) {
                if (isNumeric(actual.get(i))) {
                    all.add(i);
                }
            }
            return all;
        }
        if (new HashSet<>(inputs).size() < inputs.size()) {
            throw misuse("--wrt names an argument twice.");
        }
        for (int input : inputs) {
            if (input < 0 || input >= actual.size()) {
                throw misuse("--wrt " + input + ": the method has " + actual.size() + " parameters, counted from 0.");
            }
            if (!isNumeric(actual.get(input))) {
                throw misuse("--wrt " + input + ": that argument holds no floating-point numbers.");
            }
        }
        return inputs;
    }

    private static boolean isNumeric(Object value) {
        return value instanceof Double || value instanceof Float || Numbers.isNumeric(value.getClass());
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
