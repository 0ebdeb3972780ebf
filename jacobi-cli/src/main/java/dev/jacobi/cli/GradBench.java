package dev.jacobi.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jacobi.Backend;
import dev.jacobi.Options;
import dev.jacobi.cli.gradbench.Session;
import dev.jacobi.cli.gradbench.Survey;
import dev.jacobi.cli.gradbench.SurveyReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Speaks the protocol of GradBench's tools, or measures the evals on a directory of the suite's inputs. */
@Command(
        name = "gradbench",
        description = {
            "Without --data, speaks the GradBench tool protocol: one JSON message a line on standard",
            "input, one answer a line on standard output. With --data, checks and times the evals on",
            "all inputs of a directory."
        },
        mixinStandardHelpOptions = true)
final class GradBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Has inputs/EVAL/SIZE.json and expected/EVAL/SIZE.FUNCTION.json.")
    private @Nullable Path data;

    @Option(
            names = "--eval",
            split = ",",
            paramLabel = "NAME",
            description = "Only these evals; default: all that Jacobi has.")
    private @Nullable List<String> evals;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "How long each function is timed on each input; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "1",
            description = "How long it runs before it is timed; default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(
            names = "--budget",
            paramLabel = "S",
            defaultValue = "30",
            description = "Inputs whose first runs take longer are checked, not timed; default: ${DEFAULT-VALUE}.")
    private double budget;

    @Option(
            names = "--backend",
            paramLabel = "B",
            defaultValue = "JVM",
            description = "Where derivatives run: jvm (default), llvm or auto.")
    private Backend backend;

    @Option(names = "--json", description = "With --data: one JSON object on standard output.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (data != null) {
            return survey(data);
        }
        if (json || evals != null) {
            throw new ParameterException(spec.commandLine(), "--json and --eval go with --data.");
        }
        speak();
        return 0;
    }

    private Options options() {
        return Options.DEFAULT.withBackend(backend);
    }

    private int survey(Path directory) throws IOException {
        if (!Files.isDirectory(directory.resolve("inputs"))) {
            throw new ParameterException(spec.commandLine(), "There is no directory inputs in " + directory + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        Survey survey;
        try {
            survey = Survey.of(directory, evals, options(), seconds, warmUp, budget);
        } catch (IllegalArgumentException misuse) {
            throw new ParameterException(spec.commandLine(), misuse.getMessage(), misuse);
        }
        boolean ok = json ? SurveyReport.json(survey, out) : SurveyReport.table(survey, out);
        return ok ? 0 : 1;
    }

    private void speak() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ObjectMapper mapper = new ObjectMapper();
        Session session = new Session(options());
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                out.println(mapper.writeValueAsString(session.answer(mapper.readTree(line))));
                out.flush();
            }
        }
    }
}
