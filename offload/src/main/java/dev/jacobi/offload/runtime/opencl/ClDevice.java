package dev.jacobi.offload.runtime.opencl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A device that OpenCL told of.
 *
 * @param handle as OpenCL knows it
 * @param spirv whether the driver takes SPIR-V itself; else it is to be translated before, if the description says that anything can be loaded
 * @param javaFloats whether floats can be asked to be as Java's: quotients and roots rounded correctly, subnormal numbers kept
 */
record ClDevice(DeviceDescription description, long handle, boolean spirv, boolean javaFloats) {
    private static final int PLATFORM_NAME = 0x0902;
    private static final int TYPE = 0x1000;
    private static final int COMPUTE_UNITS = 0x1002;
    private static final int ADDRESS_BITS = 0x100D;
    private static final int LARGEST_ALLOCATION = 0x1010;
    private static final int SINGLE_CONFIG = 0x101B;
    private static final int MEMORY = 0x101F;
    private static final int LITTLE_ENDIAN = 0x1026;
    private static final int NAME = 0x102B;
    private static final int DRIVER_VERSION = 0x102D;
    private static final int EXTENSIONS = 0x1030;
    private static final int DOUBLE_CONFIG = 0x1032;
    private static final int IL_VERSION = 0x105B;

    private static final long ALL_TYPES = 0xFFFF_FFFFL;
    private static final long TYPE_CPU = 2;
    private static final long TYPE_GPU = 4;
    /** Subnormal numbers, and quotients and roots that are rounded correctly. */
    private static final long JAVA_FLOATS = 1 | 1 << 7;

    private static final Pattern SPIRV_VERSION = Pattern.compile("SPIR-V_1\\.(\\d{1,3})");
    private static final String POCL = "Portable Computing Language";

    /** The options with which kernels for it are built. */
    String buildOptions() {
        List<String> options = new ArrayList<>();
        if (spirv && javaFloats) {
            options.add("-cl-fp32-correctly-rounded-divide-sqrt");
        }
        if (description.driver().startsWith(POCL)) {
            // PoCL before 7.0 (c9ac4c0c) takes kernels in flight on different devices for one another if their code and
            // options are the same, and aborts.
            options.add("-DJACOBI_DEVICE=" + description.index());
        }
        return String.join(" ", options);
    }

    /** All devices of all platforms, in OpenCL's order. One that cannot be asked is there, but of no use; so others have the same numbers. */
    static List<ClDevice> all(OpenCl cl) {
        List<ClDevice> devices = new ArrayList<>();
        for (long platform : platforms(cl)) {
            for (long device : devices(cl, platform)) {
                int index = devices.size();
                try {
                    devices.add(describe(cl, platform, device, index));
                } catch (DeviceException e) {
                    DeviceDescription unknown = DeviceDescription.unknown(OpenClRuntime.NAME, index, e);
                    devices.add(new ClDevice(unknown, device, false, false));
                }
            }
        }
        return devices;
    }

    private static long[] platforms(OpenCl cl) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int status = cl.status(ClFunction.PLATFORMS, 0, MemorySegment.NULL, count);
            if (ClError.CL_PLATFORM_NOT_FOUND_KHR.is(status)) {
                return new long[0];
            }
            if (status != 0) {
                throw OpenCl.failure("opencl", ClFunction.PLATFORMS, status, "");
            }
            MemorySegment found = arena.allocate(JAVA_LONG, Math.max(1, count.get(JAVA_INT, 0)));
            cl.call("opencl", ClFunction.PLATFORMS, count.get(JAVA_INT, 0), found, count);
            return Arrays.copyOf(found.toArray(JAVA_LONG), count.get(JAVA_INT, 0));
        }
    }

    private static long[] devices(OpenCl cl, long platform) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int status = cl.status(ClFunction.DEVICES, platform, ALL_TYPES, 0, MemorySegment.NULL, count);
            if (ClError.CL_DEVICE_NOT_FOUND.is(status)) {
                return new long[0];
            }
            if (status != 0) {
                throw OpenCl.failure("opencl", ClFunction.DEVICES, status, "");
            }
            MemorySegment found = arena.allocate(JAVA_LONG, Math.max(1, count.get(JAVA_INT, 0)));
            cl.call("opencl", ClFunction.DEVICES, platform, ALL_TYPES, count.get(JAVA_INT, 0), found, count);
            return Arrays.copyOf(found.toArray(JAVA_LONG), count.get(JAVA_INT, 0));
        }
    }

    private static ClDevice describe(OpenCl cl, long platform, long device, int index) {
        String where = "opencl:" + index;
        String vendor = cl.text(where, ClFunction.PLATFORM_INFO, PLATFORM_NAME, platform);
        String intermediate = optionalText(cl, where, device, IL_VERSION);
        boolean spirv = takesSpirv(intermediate);
        boolean bridged =
                !spirv && vendor.equals(POCL) && words(cl, where, device).contains("cl_khr_spir");
        String code = spirv ? "SPIR-V 1.2" : "SPIR-V 1.2, translated to bitcode by " + SpirvTranslator.NAME;
        String missing = "";
        if (number(cl, where, ADDRESS_BITS, device) != 64 || number(cl, where, LITTLE_ENDIAN, device) == 0) {
            missing = "its addresses are not of 64 bits, or its bytes are in the other order";
        } else if (!spirv && !bridged) {
            missing = intermediate.isEmpty()
                    ? "its driver takes no SPIR-V"
                    : "its driver takes " + intermediate + " only, and not SPIR-V 1.2";
        } else if (bridged && SpirvTranslator.find().isEmpty()) {
            missing = "its driver takes no SPIR-V, and there is no " + SpirvTranslator.NAME + " to translate it: "
                    + SpirvTranslator.HELP;
        }
        long type = number(cl, where, TYPE, device);
        DeviceDescription description = new DeviceDescription(
                OpenClRuntime.NAME,
                index,
                (type & TYPE_GPU) != 0
                        ? DeviceDescription.Kind.GPU
                        : (type & TYPE_CPU) != 0 ? DeviceDescription.Kind.CPU : DeviceDescription.Kind.ACCELERATOR,
                cl.text(where, ClFunction.DEVICE_INFO, NAME, device),
                vendor + " " + cl.text(where, ClFunction.DEVICE_INFO, DRIVER_VERSION, device),
                DeviceDescription.SPIRV,
                code,
                missing,
                number(cl, where, MEMORY, device),
                number(cl, where, LARGEST_ALLOCATION, device),
                (int) number(cl, where, COMPUTE_UNITS, device),
                words(cl, where, device).contains("cl_khr_fp64") || hasDoubles(cl, where, device));
        return new ClDevice(
                description, device, spirv, (number(cl, where, SINGLE_CONFIG, device) & JAVA_FLOATS) == JAVA_FLOATS);
    }

    private static boolean hasDoubles(OpenCl cl, String where, long device) {
        try {
            return number(cl, where, DOUBLE_CONFIG, device) != 0;
        } catch (DeviceException _) {
            return false; // not known to drivers of OpenCL 1.1
        }
    }

    /** Whether a list such as {@code SPIR-V_1.0 SPIR-V_1.2} has a version that can read 1.2. */
    static boolean takesSpirv(String versions) {
        return SPIRV_VERSION.matcher(versions).results().anyMatch(version -> Integer.parseInt(version.group(1)) >= 2);
    }

    private static List<String> words(OpenCl cl, String where, long device) {
        return List.of(
                cl.text(where, ClFunction.DEVICE_INFO, EXTENSIONS, device).split("\\s+", -1));
    }

    private static long number(OpenCl cl, String where, int what, long device) {
        return cl.number(where, ClFunction.DEVICE_INFO, what, device);
    }

    /** Empty where the driver does not know the question. */
    private static String optionalText(OpenCl cl, String where, long device, int what) {
        try {
            return cl.text(where, ClFunction.DEVICE_INFO, what, device);
        } catch (DeviceException _) {
            return "";
        }
    }
}
