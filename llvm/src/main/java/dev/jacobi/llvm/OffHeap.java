package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory of the C library with arbitrary contents. {@link Arena#allocate} clears what it gives, which costs time and, where it is much, holds up every other thread: the loop that clears is
 * compiled without a safepoint.
 */
@SuppressWarnings("restricted") // malloc and free
final class OffHeap {
    private static final MethodHandle MALLOC = function("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ADDRESS));

    private OffHeap() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /**
     * Memory that is freed with the arena.
     *
     * @param alignment a power of two
     * @throws OutOfMemoryError if there is none
     */
    static MemorySegment allocate(long bytes, long alignment, Arena arena) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) MALLOC.invokeExact(bytes + alignment);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (memory.address() == 0) {
            throw new OutOfMemoryError("no " + bytes + " bytes for native code");
        }
        MemorySegment owned = memory.reinterpret(bytes + alignment, arena, OffHeap::free);
        return owned.asSlice(-owned.address() & (alignment - 1), bytes);
    }

    private static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
