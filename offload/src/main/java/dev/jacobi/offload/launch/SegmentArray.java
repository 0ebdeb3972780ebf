package dev.jacobi.offload.launch;

import dev.jacobi.offload.extract.SegmentLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A memory segment as an array of numbers: what a launch has in the place of an array. Within a session, those of one piece of memory with elements of one type are one object, so that they are told apart as arrays are.
 *
 * @param segment of no more bytes than the elements have
 * @param component the type of the elements
 */
record SegmentArray(MemorySegment segment, Class<?> component, int elementBytes, int length) {
    /** @param segment of no more elements than an int counts */
    static SegmentArray of(MemorySegment segment, SegmentLayout layout) {
        int length = Math.toIntExact(segment.byteSize() / layout.bytes());
        return new SegmentArray(
                segment.asSlice(0, (long) length * layout.bytes()), layout.component(), layout.bytes(), length);
    }

    /** Whether it is the same array: the memory, and what its elements are. */
    boolean isSame(SegmentArray other) {
        if (component != other.component
                || segment.byteSize() != other.segment.byteSize()
                || segment.isReadOnly() != other.segment.isReadOnly()
                || segment.scope().isAlive() != other.segment.scope().isAlive()) {
            return false;
        }
        return segment.equals(other.segment)
                || segment.byteSize() > 0
                        && segment.asOverlappingSlice(other.segment)
                                .filter(both -> both.byteSize() == segment.byteSize())
                                .isPresent();
    }

    /**
     * Whether it has memory in common with an array or a segment. What is closed has none.
     *
     * @param other an array of numbers, a memory segment, or such an array
     */
    boolean overlaps(Object other) {
        return overlap(segment, other);
    }

    /** As {@link #overlaps}. */
    static boolean overlap(MemorySegment segment, Object other) {
        MemorySegment memory = memory(other);
        return memory != null
                && memory.byteSize() > 0
                && segment.byteSize() > 0
                && segment.isNative() == memory.isNative()
                && segment.scope().isAlive()
                && memory.scope().isAlive()
                && segment.asOverlappingSlice(memory).isPresent();
    }

    /** The memory of an array; null of booleans and of objects, of which no segment is made. */
    private static @Nullable MemorySegment memory(Object array) {
        return switch (array) {
            case MemorySegment segment -> segment;
            case SegmentArray elements -> elements.segment;
            case boolean[] _, Object[] _ -> null;
            default -> array.getClass().isArray() ? HostArray.of(array).segment() : null;
        };
    }

    // Two arrays are the same if they are one object, as others are: their sessions see to that.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
