package dev.jacobi.conformance.random;

import java.util.List;

/** The command {@code ./jacobi fuzz}. Ends with 0 if all is well, 1 if a program fails, 2 if it was called wrongly. */
public final class FuzzMain {
    private static final String HELP = """
            Usage: jacobi fuzz [--programs N] [--seed S] [--kind KIND] [--failures N] [--show]

            Checks random programs.

              --programs N   how many, 20000 if not given
              --seed S       the seed of the first one, 1 if not given; the others follow
              --kind KIND    semantics: the original, its IR interpreted, and emitted code do the same
                             smooth: forward mode, reverse mode and finite differences agree
              --failures N   ends the search after so many, 10 if not given
              --show         prints the program of the seed instead
              --help         prints this
            """;

    private FuzzMain() {}

    /** What the command line cannot mean. */
    private static final class Misuse extends RuntimeException {
        private static final long serialVersionUID = 1;

        Misuse(String message) {
            super(message);
        }
    }

    private record Command(long programs, long seed, int failures, Check check, boolean show) {}

    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        Command command;
        try {
            command = parse(arguments);
        } catch (Misuse misuse) {
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
        long programs = 20_000;
        long seed = 1;
        long failures = 10;
        Check check = new ProgramCheck();
        boolean show = false;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--show")) {
                show = true;
                continue;
            }
            if (!List.of("--programs", "--seed", "--failures", "--kind").contains(option)) {
                throw new Misuse("unknown option " + option);
            }
            if (++i == arguments.length) {
                throw new Misuse(option + " takes a value");
            }
            switch (option) {
                case "--programs" -> programs = number(option, arguments[i], 1);
                case "--seed" -> seed = number(option, arguments[i], Long.MIN_VALUE);
                case "--failures" -> failures = number(option, arguments[i], 1);
                default -> check = kind(arguments[i]);
            }
        }
        return new Command(programs, seed, (int) Math.min(failures, Integer.MAX_VALUE), check, show);
    }

    private static long number(String option, String text, long minimum) {
        try {
            long number = Long.parseLong(text);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Misuse(option + " takes a number" + (minimum > 0 ? " of at least " + minimum : "") + ", not " + text);
    }

    private static Check kind(String name) {
        return switch (name) {
            case "semantics" -> new ProgramCheck();
            case "smooth" -> new SmoothCheck();
            default -> throw new Misuse("--kind is semantics or smooth, not " + name);
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
