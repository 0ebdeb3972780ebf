package dev.jacobi.offload;

/**
 * What moved between host and device in one call. Status words, and copies within the device, are not counted.
 *
 * @param bytesIn to the device
 * @param copiesIn how many copies that were
 * @param bytesOut from the device
 * @param copiesOut how many copies that were
 * @param launches of kernels
 * @param failures loops that were done on the host: again, since a round failed, or at once, since an array is null, a memory segment is one that only Java knows what to do with, or an index is known to be out of bounds or to wrap around. One that then throws nothing was slow, of which
 *     the logger {@code dev.jacobi.offload} warns once
 */
public record Traffic(long bytesIn, int copiesIn, long bytesOut, int copiesOut, int launches, int failures) {}
