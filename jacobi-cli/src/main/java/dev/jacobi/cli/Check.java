package dev.jacobi.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.cli.check.CheckReport;
import dev.jacobi.cli.check.CheckResult;
import dev.jacobi.cli.check.CheckResult.Verdict;
import dev.jacobi.cli.check.Checker;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Value, gradients and finite differences of a method at a point. */
@Command(
        name = "check",
        description = {
            "Differentiates a static method of any jar at one point, in reverse and forward mode,",
            "and compares with finite differences. Exit code 0: they agree; 1: they do not, or Jacobi",
            "refuses the method; 2: misuse. If the method returns an array, its sum is differentiated;",
            "if it returns nothing, the sum of the array arguments after the call. With --json there",
            "is one JSON object whatever happens; misuse is refused there, with refusal MISUSE in error."
        },
        mixinStandardHelpOptions = true)
final class Check implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private MethodOptions method;

    @Option(
            names = "--args",
            required = true,
            paramLabel = "JSON",
            description = {
                "The arguments, one JSON array: '[[1.0, 2.0], 3]'; what is not finite is",
                "\"NaN\", \"Infinity\" or \"-Infinity\"; - reads them from standard input."
            })
    private String arguments;

    @Option(
            names = "--wrt",
            split = ",",
            paramLabel = "I",
            description = {
                "The arguments to differentiate by, counted from 0;",
                "default: every floating-point argument."
            })
    private @Nullable List<Integer> inputs;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        CheckResult result;
        PrintStream standard = System.out;
        try {
            // What the method itself prints must not get between the lines of the report.
            System.setOut(System.err);
            result = check();
        } finally {
            System.setOut(standard);
        }
        if (json) {
            out.println(CheckReport.json(result));
        } else {
            CheckReport.print(result, out);
        }
        return result.verdict() == Verdict.OK ? 0 : 1;
    }

    private CheckResult check() {
        ArgumentReader reader = new ArgumentReader(spec);
        JsonNode parsed = reader.parse(arguments);
        Primal primal;
        try {
            primal = method.primal(spec);
        } catch (JacobiException refusal) {
            return CheckResult.refused(refusal);
        }
        Optional<Method> original = primal.method();
        if (original.isEmpty()) {
            throw misuse("The method is not static; check calls static methods only.");
        }
        List<Object> actual = reader.read(parsed, original.get());
        try {
            original.get().setAccessible(true);
            return new Checker(original.get(), primal, actual, reader.inputs(inputs, actual)).run();
        } catch (InaccessibleObjectException e) {
            throw misuse("The method cannot be called: " + e.getMessage() + ".");
        } catch (InvocationTargetException e) {
            throw misuse("The method throws at this point: " + e.getCause());
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
