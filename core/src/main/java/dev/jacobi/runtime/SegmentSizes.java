package dev.jacobi.runtime;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Sizes of memory segments, asked for before a loop that may have no rounds; for generated code alone. */
public final class SegmentSizes {
    private SegmentSizes() {}

    /** The size in bytes, 0 of null: the loop finds out that it is null where it uses it. */
    public static long byteSizeOrZero(@Nullable MemorySegment segment) {
        return segment == null ? 0 : segment.byteSize();
    }
}
