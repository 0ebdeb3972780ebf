package dev.jacobi.conformance.soak;

import dev.jacobi.conformance.CommandLine;
import java.time.Duration;
import java.util.List;

/** The command {@code ./jacobi soak}. Ends with 0 if all is well, 1 if bits differ or the heap grows, 2 if it was called wrongly. */
public final class SoakMain {
    private static final long ALLOWED_GROWTH = 16L << 20;

    private static final String HELP = """
            Usage: jacobi soak [--minutes M] [--threads N]

            Many threads call the same derivatives: each must give the bits that one thread gives, and the heap stays flat.

              --minutes M    how long, 10 if not given
              --threads N    how many, 16 if not given
              --help         prints this
            """;

    private SoakMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        int threads;
        Duration time;
        try {
            CommandLine line = new CommandLine(arguments, List.of("--minutes", "--threads"), List.of());
            threads = (int) Math.min(line.number("--threads", 1, 16), 10_000);
            time = Duration.ofMillis((long) (line.positive("--minutes", 10) * 60_000));
        } catch (CommandLine.Misuse misuse) {
            System.err.println("jacobi soak: " + misuse.getMessage() + "; see jacobi soak --help");
            System.exit(2);
            return;
        }
        Soak.Report report = new Soak(Work.all()).run(time, threads, 10);
        System.out.println(threads + " threads: " + report);
        System.exit(report.mismatches().isEmpty() && report.growth() < ALLOWED_GROWTH ? 0 : 1);
    }
}
