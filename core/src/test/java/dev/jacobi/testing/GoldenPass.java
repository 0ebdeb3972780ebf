package dev.jacobi.testing;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Text-in, text-out tests of passes. A golden file holds functions in the text form, a line {@code ----}, and what the pass makes of
 * the first of them; the others are there to be called. Update mode writes the part below the line.
 */
public final class GoldenPass {
    private static final String SEPARATOR = "\n----\n";

    private GoldenPass() {}

    /** Runs a pass that changes the function in place. */
    public static void check(Class<?> test, String name, Consumer<Function> pass) {
        checkResult(test, name, function -> {
            pass.accept(function);
            return function;
        });
    }

    /** Runs a pass that gives another function. */
    public static void checkResult(Class<?> test, String name, UnaryOperator<Function> pass) {
        checkText(test, name, functions -> Printer.print(verified(pass.apply(functions.getFirst()))));
    }

    /** Runs what gives any text, such as an analysis. */
    public static void checkText(Class<?> test, String name, java.util.function.Function<List<Function>, String> run) {
        String text = Golden.read(Golden.file(test, name));
        int end = text.indexOf(SEPARATOR);
        String input = (end < 0 ? text : text.substring(0, end)).stripTrailing();
        List<Function> functions = new ArrayList<>(Parser.parseAll(input));
        functions.forEach(GoldenPass::verified);
        String output = run.apply(functions);
        Golden.check(test, name, input + SEPARATOR + output);
    }

    private static Function verified(Function function) {
        Verifier.verify(function);
        return function;
    }
}
