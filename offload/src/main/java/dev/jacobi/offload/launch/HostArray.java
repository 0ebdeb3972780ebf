package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;

/** An array of numbers of the heap, or of a memory segment, as bytes. */
public record HostArray(Object array, int length, int elementBytes) {

    /**
     * What is known of an array.
     *
     * @param array of numbers, or a {@link SegmentArray}
     * @throws IllegalArgumentException if it is neither
     */
    public static HostArray of(Object array) {
        return switch (array) {
            case double[] numbers -> new HostArray(array, numbers.length, Double.BYTES);
            case float[] numbers -> new HostArray(array, numbers.length, Float.BYTES);
            case long[] numbers -> new HostArray(array, numbers.length, Long.BYTES);
            case int[] numbers -> new HostArray(array, numbers.length, Integer.BYTES);
            case short[] numbers -> new HostArray(array, numbers.length, Short.BYTES);
            case char[] numbers -> new HostArray(array, numbers.length, Character.BYTES);
            case byte[] numbers -> new HostArray(array, numbers.length, 1);
            case boolean[] numbers -> new HostArray(array, numbers.length, 1);
            case SegmentArray elements -> new HostArray(array, elements.length(), elements.elementBytes());
            default -> throw new IllegalArgumentException("not an array of numbers: " + array.getClass());
        };
    }

    /** The length of an array of anything. */
    static int lengthOf(Object array) {
        return array instanceof SegmentArray elements ? elements.length() : Array.getLength(array);
    }

    /** The type of the elements. */
    Class<?> component() {
        return array instanceof SegmentArray elements
                ? elements.component()
                : array.getClass().getComponentType();
    }

    long bytes() {
        return (long) length * elementBytes;
    }

    /** Copies elements to the same place of a buffer; gives the number of bytes. */
    long copyIn(OpenDevice device, DeviceBuffer buffer, int from, int to) {
        return copyIn(device, buffer, from, from, to);
    }

    /** Copies elements to a place of a buffer; gives the number of bytes. */
    long copyIn(OpenDevice device, DeviceBuffer buffer, int place, int from, int to) {
        MemorySegment part;
        if (array instanceof boolean[] flags) {
            byte[] copy = new byte[to - from];
            for (int index = from; index < to; index++) {
                copy[index - from] = (byte) (flags[index] ? 1 : 0);
            }
            part = MemorySegment.ofArray(copy);
        } else {
            part = segment().asSlice((long) from * elementBytes, (long) (to - from) * elementBytes);
        }
        device.copyIn(part, buffer, (long) place * elementBytes);
        return part.byteSize();
    }

    /** Copies elements from the same place of a buffer, waiting for it; gives the number of bytes. */
    long copyOut(OpenDevice device, DeviceBuffer buffer, int from, int to) {
        return copyOut(device, buffer, from, from, to);
    }

    /** Copies all elements from a place of a buffer of more, waiting for it; gives the number of bytes. */
    long copyOutFrom(OpenDevice device, DeviceBuffer buffer, int place) {
        return copyOut(device, buffer, place, 0, length);
    }

    /** Copies elements from a place of a buffer, waiting for it; gives the number of bytes. */
    long copyOut(OpenDevice device, DeviceBuffer buffer, int place, int from, int to) {
        long offset = (long) place * elementBytes;
        long size = (long) (to - from) * elementBytes;
        if (array instanceof boolean[] flags) {
            byte[] copy = new byte[to - from];
            device.copyOut(buffer, offset, MemorySegment.ofArray(copy));
            for (int index = from; index < to; index++) {
                flags[index] = copy[index - from] != 0;
            }
        } else {
            device.copyOut(buffer, offset, segment().asSlice((long) from * elementBytes, size));
        }
        return size;
    }

    /** Its memory; there is none of booleans. */
    MemorySegment segment() {
        return switch (array) {
            case double[] numbers -> MemorySegment.ofArray(numbers);
            case float[] numbers -> MemorySegment.ofArray(numbers);
            case long[] numbers -> MemorySegment.ofArray(numbers);
            case int[] numbers -> MemorySegment.ofArray(numbers);
            case short[] numbers -> MemorySegment.ofArray(numbers);
            case char[] numbers -> MemorySegment.ofArray(numbers);
            case byte[] numbers -> MemorySegment.ofArray(numbers);
            case SegmentArray elements -> elements.segment();
            default -> throw new IllegalStateException("no segment of " + array.getClass());
        };
    }
}
