package dev.jacobi.offload.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.driver.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The library of CUDA or HIP, its status codes as exceptions; the two have the same numbers. */
final class GpuLibrary {

    private final Dialect dialect;
    private final NativeLibrary<GpuFunction> library;

    private GpuLibrary(Dialect dialect, NativeLibrary<GpuFunction> library) {
        this.dialect = dialect;
        this.library = library;
    }

    /** @throws DeviceException if it is not installed */
    static GpuLibrary load(Dialect dialect) {
        return new GpuLibrary(
                dialect,
                NativeLibrary.load(dialect.property(), dialect.libraries(), dialect.symbol(), GpuFunction::signature));
    }

    Dialect dialect() {
        return dialect;
    }

    boolean has(GpuFunction function) {
        return library.has(function);
    }

    /** Calls a function and hands back its status. */
    int status(GpuFunction function, Object... arguments) {
        return library.callInt(function, arguments);
    }

    /** @param where the device, for the exception */
    void call(String where, GpuFunction function, Object... arguments) {
        int status = status(function, arguments);
        if (status != 0) {
            throw failure(where, function, status, "");
        }
    }

    /** Calls a function whose first parameter, which is not given, is a place for a handle or size. */
    long create(String where, GpuFunction function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(JAVA_LONG);
            call(where, function, withFirst(place, arguments));
            return place.get(JAVA_LONG, 0);
        }
    }

    /** Calls a function whose first parameter, which is not given, is a place for an int. */
    int number(String where, GpuFunction function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(JAVA_INT);
            call(where, function, withFirst(place, arguments));
            return place.get(JAVA_INT, 0);
        }
    }

    private static Object[] withFirst(Object first, Object[] others) {
        Object[] all = new Object[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        return all;
    }

    DeviceException failure(String where, GpuFunction function, int status, String more) {
        String name = said(GpuFunction.ERROR_NAME, status);
        String text = said(GpuFunction.ERROR_TEXT, status);
        return new DeviceException(
                kind(status),
                where + ": " + library.nameOf(function) + " gives "
                        + (name == null ? "error " + status : name + " (" + status + ")")
                        + (text == null ? "" : ", " + text)
                        + more);
    }

    @SuppressWarnings("restricted") // the driver's own text, which ends with a zero
    private @Nullable String said(GpuFunction function, int status) {
        if (!has(function)) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ADDRESS);
            if (status(function, status, place) != 0) {
                return null;
            }
            MemorySegment text = place.get(ADDRESS, 0);
            return text.address() == 0 ? null : text.reinterpret(Long.MAX_VALUE).getString(0);
        }
    }

    static DeviceException.Kind kind(int status) {
        return switch (status) {
            case 2 -> DeviceException.Kind.OUT_OF_MEMORY;
            // the image is not for this device, or not valid, or there is no compiler for it
            case 200, 209, 218, 221, 222, 223, 300 -> DeviceException.Kind.BUILD;
            // the context is gone, memory has failed, or a kernel trapped: no later call succeeds
            case 4, 46, 201, 214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 999 ->
                DeviceException.Kind.LOST;
            default -> DeviceException.Kind.REFUSED;
        };
    }
}
