package dev.jacobi.offload.launch;

/** What moved between host and device, and how often. Not thread-safe. */
public final class Traffic {
    private long bytesIn;
    private long bytesOut;
    private int copiesIn;
    private int copiesOut;
    private int launches;
    private int failures;

    void in(long bytes) {
        bytesIn += bytes;
        copiesIn++;
    }

    void out(long bytes) {
        bytesOut += bytes;
        copiesOut++;
    }

    void launch() {
        launches++;
    }

    void failure() {
        failures++;
    }

    /** What moved so far; status words, and copies within the device, are not counted. */
    public Snapshot snapshot() {
        return new Snapshot(bytesIn, copiesIn, bytesOut, copiesOut, launches, failures);
    }

    /**
     * What moved.
     *
     * @param failures launches whose loop was done again on the host, since a round failed
     */
    public record Snapshot(long bytesIn, int copiesIn, long bytesOut, int copiesOut, int launches, int failures) {}
}
