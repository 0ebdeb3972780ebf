package dev.jacobi.conformance.random;

import dev.jacobi.conformance.CommandLine;
import java.util.List;

/** The command {@code ./jacobi fuzz}. Ends with 0 if all is well, 1 if a program fails, 2 if it was called wrongly. */
public final class FuzzMain {
    private static final String HELP = """
            Usage: jacobi fuzz [--programs N] [--seed S] [--kind KIND] [--failures N] [--show]

            Checks random programs.

              --programs N   how many, 20000 if not given
              --seed S       the seed of the first one, 1 if not given; the others follow
              --kind KIND    semantics: the original, its IR interpreted, and emitted code do the same
                             smooth: forward mode, also in several directions, reverse mode, also
                             in two parts, and finite differences agree
                             hessian: second derivatives in all orders of the modes, and
                             differences of the gradient, agree
                             native: programs and derivatives run through LLVM do what they do
                             on the JVM, bit for bit, exceptions included
                             batch: batches do what calls do, bit for bit
                             ways: the same of programs with much control flow, whose
                             examples go in step
              --failures N   ends the search after so many, 10 if not given
              --show         prints the program of the seed instead
              --help         prints this
            """;

    private FuzzMain() {}

    private record Command(long programs, long seed, int failures, Check check, boolean show) {}

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        Command command;
        try {
            command = parse(arguments);
        } catch (CommandLine.Misuse misuse) {
            System.err.println("jacobi fuzz: " + misuse.getMessage() + "; see jacobi fuzz --help");
            System.exit(2);
            return;
        }
        if (command.show()) {
            System.out.println(command.check().generate(command.seed()).source());
            return;
        }
        System.exit(run(command) ? 0 : 1);
    }

    private static Command parse(String[] arguments) {
        CommandLine line =
                new CommandLine(arguments, List.of("--programs", "--seed", "--failures", "--kind"), List.of("--show"));
        return new Command(
                line.number("--programs", 1, 20_000),
                line.number("--seed", Long.MIN_VALUE, 1),
                (int) Math.min(line.number("--failures", 1, 10), Integer.MAX_VALUE),
                kind(line.text("--kind", "semantics")),
                line.has("--show"));
    }

    private static Check kind(String name) {
        return switch (name) {
            case "semantics" -> new ProgramCheck();
            case "smooth" -> new SmoothCheck();
            case "hessian" -> new HessianCheck();
            case "native" -> new NativeCheck();
            case "batch" -> new BatchCheck();
            case "ways" -> new BatchCheck(true);
            default ->
                throw new CommandLine.Misuse(
                        "--kind is semantics, smooth, hessian, native, batch or ways, not " + name);
        };
    }

    private static boolean run(Command command) {
        Progress report = new Progress(Math.max(1_000, command.programs() / 200));
        Fuzz fuzz = new Fuzz(command.check(), command.seed(), command.programs(), command.failures(), report);
        int failing = fuzz.run().size();
        System.out.printf(
                "seeds %d to %d: %s%n",
                command.seed(), command.seed() + fuzz.done() - 1, report.line(fuzz.done(), failing));
        System.out.println(command.check().statistics());
        return failing == 0;
    }
}
