package dev.jacobi.conformance.soak;

import java.time.Duration;

/** {@code ./jacobi soak}: {@code --threads N} call the same derivatives for {@code --minutes M}. */
public final class SoakMain {
    private static final long ALLOWED_GROWTH = 16L << 20;

    private SoakMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        int threads = 16;
        double minutes = 10;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--threads" -> threads = Integer.parseInt(arguments[++i]);
                case "--minutes" -> minutes = Double.parseDouble(arguments[++i]);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        Duration time = Duration.ofMillis((long) (minutes * 60_000));
        Soak.Report report = new Soak(Work.all()).run(time, threads, 10);
        System.out.println(threads + " threads: " + report);
        System.exit(report.mismatches().isEmpty() && report.growth() < ALLOWED_GROWTH ? 0 : 1);
    }
}
