package dev.jacobi.offload.runtime;

/**
 * What is known of a device before it is opened.
 *
 * @param runtime the runtime's name
 * @param index its place among the runtime's devices
 * @param name as the driver gives it
 * @param driver the driver's version
 * @param target for which device code is to be made
 * @param memoryBytes its global memory
 * @param largestAllocationBytes the most that one buffer may have
 * @param computeUnits how many
 * @param doubles whether it computes in double precision
 */
public record DeviceDescription(
        String runtime,
        int index,
        Kind kind,
        String name,
        String driver,
        String target,
        long memoryBytes,
        long largestAllocationBytes,
        int computeUnits,
        boolean doubles) {
    /** What kind of processor. */
    public enum Kind {
        GPU,
        CPU,
        ACCELERATOR
    }

    /** As users name it: {@code opencl:0}. */
    public String id() {
        return runtime + ":" + index;
    }
}
