package dev.jacobi.conformance.soak;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.Jacobi;
import dev.jacobi.Options;
import dev.jacobi.conformance.CommandLine;
import java.time.Duration;
import java.util.List;

/** The command {@code ./jacobi soak}. Ends with 0 if all is well, 1 if bits differ or the heap grows, 2 if it was called wrongly. */
public final class SoakMain {
    private static final long ALLOWED_GROWTH = 16L << 20;

    private static final String HELP = """
            Usage: jacobi soak [--minutes M] [--threads N] [--backend B]

            Many threads call the same derivatives: each must give the bits that one thread gives, and the heap stays flat.

              --minutes M    how long, 10 if not given
              --threads N    how many, 16 if not given
              --backend B    jvm, or auto: compiled natively too, while the threads run; jvm if not given
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
        Options options;
        try {
            CommandLine line = new CommandLine(arguments, List.of("--minutes", "--threads", "--backend"), List.of());
            threads = (int) Math.min(line.number("--threads", 1, 16), 10_000);
            time = Duration.ofMillis((long) (line.positive("--minutes", 10) * 60_000));
            options = options(line.text("--backend", "jvm"));
        } catch (CommandLine.Misuse misuse) {
            System.err.println("jacobi soak: " + misuse.getMessage() + "; see jacobi soak --help");
            System.exit(2);
            return;
        }
        Soak.Report report = new Soak(Work.all(options)).run(time, threads, 10);
        System.out.println(threads + " threads: " + report);
        for (BackendChoice choice : Jacobi.backendChoices()) {
            System.out.println(
                    choice.derivative() + " " + choice.arguments() + ": " + choice.backend() + ", " + choice.reason());
        }
        System.exit(report.mismatches().isEmpty() && report.growth() < ALLOWED_GROWTH ? 0 : 1);
    }

    private static Options options(String backend) {
        return switch (backend) {
            case "jvm" -> Options.DEFAULT;
            // Both backends have the same bits in strict mode alone.
            case "auto" -> Options.DEFAULT.withBackend(Backend.AUTO).withStrictMath(true);
            default -> throw new CommandLine.Misuse("--backend is jvm or auto, not " + backend);
        };
    }
}
