package dev.jacobi.offload;

/**
 * What moved between host and device in one call. Status words, and copies within the device, are not counted.
 *
 * @param bytesIn to the device
 * @param copiesIn how many copies that were
 * @param bytesOut from the device
 * @param copiesOut how many copies that were
 * @param launches of kernels
 * @param failures loops that were done again on the host, since a round failed
 */
public record Traffic(long bytesIn, int copiesIn, long bytesOut, int copiesOut, int launches, int failures) {}
