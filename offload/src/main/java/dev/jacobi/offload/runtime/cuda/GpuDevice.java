package dev.jacobi.offload.runtime.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A GPU that CUDA or HIP told of, and its primary context, which all who open it share.
 *
 * <p>A kernel that traps spoils the context for good: it is made anew when all have closed it.
 */
final class GpuDevice {
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int OLDEST_CAPABILITY = 70;
    private static final int NAME_BYTES = 256;
    /** Of the structure of ROCm 6, which has some 1,500 bytes: room for later ones. */
    private static final int PROPERTIES_BYTES = 8192;

    private static final int PROPERTIES_ARCHITECTURE = 1160;

    private final GpuLibrary library;
    private final DeviceDescription description;
    private final int handle;
    private final int warp;
    private int users;
    private boolean spoilt;

    private GpuDevice(GpuLibrary library, DeviceDescription description, int handle, int warp) {
        this.library = library;
        this.description = description;
        this.handle = handle;
        this.warp = warp;
    }

    /** All devices, in the driver's order. One that cannot be asked is there, but of no use. */
    static List<GpuDevice> all(GpuLibrary library) {
        String where = library.dialect().runtime();
        library.call(where, GpuFunction.INIT, 0);
        int count = library.number(where, GpuFunction.DEVICE_COUNT);
        String driver = driver(library.dialect(), library.number(where, GpuFunction.VERSION));
        List<GpuDevice> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                devices.add(describe(library, driver, i));
            } catch (DeviceException e) {
                devices.add(new GpuDevice(library, DeviceDescription.unknown(where, i, e), i, 1));
            }
        }
        return devices;
    }

    private static String driver(Dialect dialect, int version) {
        return switch (dialect) {
            case CUDA -> "CUDA " + version / 1000 + "." + version % 1000 / 10;
            case HIP -> "HIP " + version / 10_000_000 + "." + version / 100_000 % 100;
        };
    }

    private static GpuDevice describe(GpuLibrary library, String driver, int index) {
        Dialect dialect = library.dialect();
        String where = dialect.runtime() + ":" + index;
        int handle = library.number(where, GpuFunction.DEVICE, index);
        long memory = library.create(where, GpuFunction.DEVICE_MEMORY, handle);
        String target;
        String missing = "";
        if (dialect == Dialect.CUDA) {
            int capability = 10 * library.number(where, GpuFunction.DEVICE_ATTRIBUTE, CAPABILITY_MAJOR, handle)
                    + library.number(where, GpuFunction.DEVICE_ATTRIBUTE, CAPABILITY_MINOR, handle);
            target = "sm_" + capability;
            if (capability < OLDEST_CAPABILITY) {
                missing = "it is " + target + ", and code is made for sm_" + OLDEST_CAPABILITY + " and later";
            }
        } else if (library.has(GpuFunction.DEVICE_PROPERTIES)) {
            target = architecture(library, where, handle);
        } else {
            target = "";
            missing = "its runtime is older than ROCm 6, which cannot be asked for what to compile";
        }
        DeviceDescription description = new DeviceDescription(
                dialect.runtime(),
                index,
                DeviceDescription.Kind.GPU,
                name(library, where, handle),
                driver,
                target,
                dialect.code(),
                missing,
                memory,
                memory,
                library.number(where, GpuFunction.DEVICE_ATTRIBUTE, dialect.unitsAttribute(), handle),
                true);
        int warp = library.number(where, GpuFunction.DEVICE_ATTRIBUTE, dialect.warpAttribute(), handle);
        return new GpuDevice(library, description, handle, warp);
    }

    private static String name(GpuLibrary library, String where, int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(NAME_BYTES + 1);
            library.call(where, GpuFunction.DEVICE_NAME, text, NAME_BYTES, handle);
            return text.getString(0).strip();
        }
    }

    /** Such as gfx90a, without its features. */
    private static String architecture(GpuLibrary library, String where, int handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocate(PROPERTIES_BYTES, JAVA_BYTE.byteSize() * 16);
            library.call(where, GpuFunction.DEVICE_PROPERTIES, properties, handle);
            return properties.getString(PROPERTIES_ARCHITECTURE).replaceFirst(":.*", "");
        }
    }

    GpuLibrary library() {
        return library;
    }

    DeviceDescription description() {
        return description;
    }

    /** How many work items run in step. */
    int warp() {
        return warp;
    }

    /** Its context, for as long as until {@link #release}. */
    synchronized long retain(String where) {
        long context = library.create(where, GpuFunction.RETAIN_CONTEXT, handle);
        users++;
        return context;
    }

    /** @param lost whether no call in the context succeeds any more */
    synchronized void release(String where, boolean lost) {
        users--;
        spoilt |= lost;
        if (users == 0 && spoilt) {
            spoilt = false;
            library.status(GpuFunction.RESET_CONTEXT, handle); // gives the error that spoilt it
        }
        library.call(where, GpuFunction.RELEASE_CONTEXT, handle);
    }
}
