package dev.jacobi.llvm.device;

import dev.jacobi.ir.Function;

/**
 * Compiles kernels: functions of the IR that do one round of a parallel loop. Parameters are numbers and one-dimensional arrays of primitives, the last one is the round's index, an
 * int; nothing is returned. {@code docs/offload.md} says what the kernel's own parameters are. Thread-safe.
 */
public final class DeviceCompiler {
    /** A work item has no larger arrays in memory of its own. */
    public static final int LARGEST_OWN_ARRAY_BYTES = 4096;

    private DeviceCompiler() {}

    /**
     * Refuses what cannot be device code. Needs neither LLVM nor a device.
     *
     * @throws dev.jacobi.JacobiException NOT_ON_DEVICE with the operation and its line
     */
    public static void check(Function kernel) {
        text(kernel, DeviceTarget.SPIRV64, false);
    }

    /**
     * The module of LLVM for a kernel, as text.
     *
     * @param hasFastMath whether functions of {@code Math} may differ from {@code StrictMath} in the last places, so that they take less time
     * @throws dev.jacobi.JacobiException NOT_ON_DEVICE
     */
    public static String text(Function kernel, DeviceTarget target, boolean hasFastMath) {
        return DeviceModuleText.of(kernel.copy(), target, hasFastMath);
    }

    /**
     * The image of a kernel, made in another process, or read from the cache.
     *
     * @param hasFastMath as for {@link #text}
     * @throws dev.jacobi.JacobiException NOT_ON_DEVICE, NO_LLVM if there is no library or no linker for the target, INTERNAL if LLVM fails
     */
    public static DeviceImage compile(Function kernel, DeviceTarget target, boolean hasFastMath) {
        String text = text(kernel, target, hasFastMath);
        return new DeviceImage(target, DeviceModuleText.entry(kernel), CompileProcess.image(text, target));
    }
}
