package dev.jacobi.conformance.random;

import java.util.List;

/**
 * Checks random programs: {@code --programs N} of them from {@code --seed S} on, of the {@code --kind semantics} (all forms do the
 * same) or {@code smooth} (derivatives agree); {@code --failures N} ends the search after so many. With {@code --show} the program of the seed is printed, not run.
 */
public final class FuzzMain {
    private FuzzMain() {}

    public static void main(String[] arguments) {
        long programs = 20_000;
        long seed = 1;
        int failures = 10;
        Check check = new ProgramCheck();
        boolean show = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--programs" -> programs = Long.parseLong(arguments[++i]);
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--failures" -> failures = Integer.parseInt(arguments[++i]);
                case "--kind" -> check = arguments[++i].equals("smooth") ? new SmoothCheck() : new ProgramCheck();
                case "--show" -> show = true;
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (show) {
            System.out.println(check.generate(seed).source());
            return;
        }
        Progress report = new Progress(Math.max(1_000, programs / 200));
        Fuzz fuzz = new Fuzz(check, seed, programs, failures, report);
        List<Fuzz.Failure> found = fuzz.run();
        System.out.printf("seeds %d to %d: %s%n", seed, seed + fuzz.done() - 1, report.line(fuzz.done(), found.size()));
        System.out.println(check.statistics());
        System.exit(found.isEmpty() ? 0 : 1);
    }
}
