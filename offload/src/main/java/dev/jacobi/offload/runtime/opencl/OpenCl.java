package dev.jacobi.offload.runtime.opencl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.driver.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The library of OpenCL, its status codes as exceptions. */
final class OpenCl {
    static final String PROPERTY = "jacobi.opencl.library";
    /** On Linux, Windows and macOS. */
    private static final List<String> NAMES = List.of(
            "libOpenCL.so.1", "libOpenCL.so", "OpenCL.dll", "/System/Library/Frameworks/OpenCL.framework/OpenCL");

    private final NativeLibrary<ClFunction> library;

    private OpenCl(NativeLibrary<ClFunction> library) {
        this.library = library;
    }

    /** @throws DeviceException if it is not installed */
    static OpenCl load() {
        return new OpenCl(NativeLibrary.load(PROPERTY, NAMES, ClFunction::symbol, ClFunction::signature));
    }

    String libraryName() {
        return library.name();
    }

    /** Calls a function and hands back its status. */
    int status(ClFunction function, Object... arguments) {
        return library.callInt(function, arguments);
    }

    /** @param where the device, for the exception */
    void call(String where, ClFunction function, Object... arguments) {
        check(where, function, status(function, arguments));
    }

    /** Calls a function that returns a handle, and whose last parameter, which is not given, is a place for the status. */
    long create(String where, ClFunction function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            Object[] all = new Object[arguments.length + 1];
            System.arraycopy(arguments, 0, all, 0, arguments.length);
            all[arguments.length] = status;
            long handle = library.callLong(function, all);
            check(where, function, status.get(JAVA_INT, 0));
            return handle;
        }
    }

    private static void check(String where, ClFunction function, int status) {
        if (status != 0) {
            throw failure(where, function, status, "");
        }
    }

    static DeviceException failure(String where, ClFunction function, int status, String more) {
        return new DeviceException(
                ClError.kind(status), where + ": " + function.symbol() + " gives " + ClError.text(status) + more);
    }

    /** A function that takes handles, then the number of what is asked, the size of the answer's place, that place, and a place for the answer's size. */
    byte[] info(String where, ClFunction function, int what, Long... handles) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            call(where, function, infoArguments(what, 0, MemorySegment.NULL, size, handles));
            MemorySegment answer = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
            call(where, function, infoArguments(what, answer.byteSize(), answer, size, handles));
            return answer.asSlice(0, Math.min(answer.byteSize(), size.get(JAVA_LONG, 0)))
                    .toArray(JAVA_BYTE);
        }
    }

    private static Object[] infoArguments(
            int what, long bytes, MemorySegment answer, MemorySegment size, Long[] handles) {
        Object[] arguments = new Object[handles.length + 4];
        System.arraycopy(handles, 0, arguments, 0, handles.length);
        arguments[handles.length] = what;
        arguments[handles.length + 1] = bytes;
        arguments[handles.length + 2] = answer;
        arguments[handles.length + 3] = size;
        return arguments;
    }

    /** An answer as text, to its first zero. */
    String text(String where, ClFunction function, int what, Long... handles) {
        String text = new String(info(where, function, what, handles), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }

    /** An answer as number, of 4 or 8 bytes. */
    long number(String where, ClFunction function, int what, Long... handles) {
        MemorySegment answer = MemorySegment.ofArray(info(where, function, what, handles));
        return switch ((int) answer.byteSize()) {
            case 4 -> Integer.toUnsignedLong(answer.get(JAVA_INT.withByteAlignment(1), 0));
            case 8 -> answer.get(JAVA_LONG.withByteAlignment(1), 0);
            default ->
                throw new DeviceException(
                        DeviceException.Kind.REFUSED,
                        where + ": " + function.symbol() + " answers " + answer.byteSize() + " bytes for a number");
        };
    }
}
