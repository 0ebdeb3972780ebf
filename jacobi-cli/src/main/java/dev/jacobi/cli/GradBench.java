package dev.jacobi.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jacobi.cli.gradbench.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Speaks the protocol of GradBench's tools: one JSON message a line on standard input, one answer a line on standard output. */
@Command(
        name = "gradbench",
        description = {
            "Speaks the GradBench tool protocol: one JSON message a line on standard input,",
            "one answer a line on standard output. Evals: hello gmm lse llsq lstm ode."
        },
        mixinStandardHelpOptions = true)
final class GradBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ObjectMapper mapper = new ObjectMapper();
        Session session = new Session();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                out.println(mapper.writeValueAsString(session.answer(mapper.readTree(line))));
                out.flush();
            }
        }
        return 0;
    }
}
