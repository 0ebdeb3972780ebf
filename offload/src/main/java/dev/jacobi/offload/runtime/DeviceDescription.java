package dev.jacobi.offload.runtime;

/**
 * What is known of a device before it is opened.
 *
 * @param runtime the runtime's name
 * @param index its place among the runtime's devices
 * @param name as the driver gives it
 * @param driver the driver and its version
 * @param target for which device code is to be made: {@link #SPIRV}, {@code sm_90}, {@code gfx942}
 * @param code how that code gets into the driver, in words
 * @param missing why no code can be loaded, and what would help; empty if it can
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
        String code,
        String missing,
        long memoryBytes,
        long largestAllocationBytes,
        int computeUnits,
        boolean doubles) {
    /** The target of all OpenCL devices: SPIR-V 1.2. */
    public static final String SPIRV = "spirv64";

    /** What kind of processor. */
    public enum Kind {
        GPU,
        CPU,
        ACCELERATOR
    }

    /** A device of which the driver does not tell what has to be known. */
    public static DeviceDescription unknown(String runtime, int index, DeviceException reason) {
        String message = String.valueOf(reason.getMessage());
        return new DeviceDescription(
                runtime, index, Kind.ACCELERATOR, "a device", "unknown", "", "nothing", message, 0, 0, 0, false);
    }

    /** As users name it: {@code opencl:0}. */
    public String id() {
        return runtime + ":" + index;
    }

    /** Whether code can be loaded. */
    public boolean usable() {
        return missing.isEmpty();
    }
}
