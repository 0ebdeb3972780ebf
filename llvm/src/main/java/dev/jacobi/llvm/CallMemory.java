package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a call of native code: one block outside the heap that each thread keeps from call to call, if it is not large. It is
 * freed when the thread is gone.
 */
final class CallMemory {
    static final String LIMIT = "jacobi.llvm.memory";
    private static final long INITIAL = 1 << 16;
    private static final long MAX_KEPT = 1L << 28;
    private static final ThreadLocal<CallMemory> OF_THREAD = ThreadLocal.withInitial(CallMemory::new);

    private @Nullable MemorySegment kept;
    /** Of a block that is too large to be kept. */
    private @Nullable Arena temporary;

    /** Of the present direct call. */
    private @Nullable MemorySegment current;

    private boolean inUse;
    /** What a direct call has returned. */
    private int status;

    private CallMemory() {}

    /** No call may use more bytes. */
    static long limit() {
        return Long.getLong(LIMIT, Runtime.getRuntime().maxMemory() / 4);
    }

    /** This thread's memory, or another one if it is in use. */
    static CallMemory take() {
        CallMemory memory = OF_THREAD.get();
        if (memory.inUse) {
            memory = new CallMemory();
        }
        memory.inUse = true;
        return memory;
    }

    /** At least so many bytes, with arbitrary contents, for one call. */
    MemorySegment block(long bytes) {
        MemorySegment present = kept;
        if (present != null && present.byteSize() >= bytes) {
            return present;
        }
        close();
        if (bytes > MAX_KEPT) {
            temporary = Arena.ofConfined();
            return OffHeap.allocate(bytes, Frame.ALIGNMENT, temporary);
        }
        MemorySegment block = OffHeap.allocate(Math.max(INITIAL, bytes), Frame.ALIGNMENT, Arena.ofAuto());
        kept = block;
        return block;
    }

    /** The block for a direct call, ready for it. */
    MemorySegment direct(long bytes, long fuel) {
        MemorySegment block = block(bytes);
        current = block;
        block.set(JAVA_LONG, Frame.TOP, block.address() + Frame.bytes(0));
        block.set(JAVA_LONG, Frame.END, block.address() + block.byteSize());
        block.set(JAVA_LONG, Frame.FUEL, fuel);
        return block;
    }

    /** The block of the present call. */
    MemorySegment present() {
        return Objects.requireNonNull(current);
    }

    int status() {
        return status;
    }

    void setStatus(int status) {
        this.status = status;
    }

    private void close() {
        Arena present = temporary;
        if (present != null) {
            temporary = null;
            present.close();
        }
    }

    void giveBack() {
        current = null;
        close();
        inUse = false;
    }
}
