package dev.jacobi.offload.launch;

import dev.jacobi.offload.Traffic;

/** Counts what moves. Thread-safe. */
final class TrafficCount {
    private long bytesIn;
    private long bytesOut;
    private int copiesIn;
    private int copiesOut;
    private int launches;
    private int failures;

    synchronized void in(long bytes) {
        bytesIn += bytes;
        copiesIn++;
    }

    synchronized void out(long bytes) {
        bytesOut += bytes;
        copiesOut++;
    }

    synchronized void launch() {
        launches++;
    }

    synchronized void failure() {
        failures++;
    }

    synchronized Traffic soFar() {
        return new Traffic(bytesIn, copiesIn, bytesOut, copiesOut, launches, failures);
    }
}
