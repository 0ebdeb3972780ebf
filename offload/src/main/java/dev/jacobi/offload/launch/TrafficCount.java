package dev.jacobi.offload.launch;

import dev.jacobi.offload.Traffic;

/** Counts what moves. Not thread-safe. */
final class TrafficCount {
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

    Traffic soFar() {
        return new Traffic(bytesIn, copiesIn, bytesOut, copiesOut, launches, failures);
    }
}
