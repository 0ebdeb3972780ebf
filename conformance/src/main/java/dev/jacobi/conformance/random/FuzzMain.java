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
        long start = System.nanoTime();
        Fuzz fuzz = new Fuzz(check, seed, programs, failures, done -> {
            if (done % 1_000 == 0) {
                System.out.printf("%d programs, %d s%n", done, (System.nanoTime() - start) / 1_000_000_000);
            }
        });
        List<Fuzz.Failure> found = fuzz.run();
        found.forEach(System.out::println);
        System.out.printf(
                "%d programs from seed %d, %d failing, %d s%n",
                fuzz.done(), seed, found.size(), (System.nanoTime() - start) / 1_000_000_000);
        if (check instanceof SmoothCheck smooth) {
            System.out.println(smooth.statistics());
        }
        System.exit(found.isEmpty() ? 0 : 1);
    }
}
