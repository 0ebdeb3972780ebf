package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;

/** Writes those elements into an array whose bits differ between two copies of it, in slices between which other threads may stop this one. */
final class ChangedElements {
    private ChangedElements() {}

    /**
     * @param before where the elements as they were are in the block
     * @param after where the elements as they are to be are in it
     */
    static void write(MemorySegment block, long before, long after, Object array) {
        Slices.forEach(Array.getLength(array), (from, count) -> write(block, before, after, array, from, from + count));
    }

    private static void write(MemorySegment block, long before, long after, Object array, int from, int to) {
        switch (array) {
            case double[] elements -> {
                for (int i = from; i < to; i++) {
                    long bits = block.get(JAVA_LONG, after + 8L * i);
                    if (bits != block.get(JAVA_LONG, before + 8L * i)) {
                        elements[i] = Double.longBitsToDouble(bits);
                    }
                }
            }
            case float[] elements -> {
                for (int i = from; i < to; i++) {
                    int bits = block.get(JAVA_INT, after + 4L * i);
                    if (bits != block.get(JAVA_INT, before + 4L * i)) {
                        elements[i] = Float.intBitsToFloat(bits);
                    }
                }
            }
            case long[] elements -> {
                for (int i = from; i < to; i++) {
                    long value = block.get(JAVA_LONG, after + 8L * i);
                    if (value != block.get(JAVA_LONG, before + 8L * i)) {
                        elements[i] = value;
                    }
                }
            }
            case int[] elements -> {
                for (int i = from; i < to; i++) {
                    int value = block.get(JAVA_INT, after + 4L * i);
                    if (value != block.get(JAVA_INT, before + 4L * i)) {
                        elements[i] = value;
                    }
                }
            }
            case short[] elements -> {
                for (int i = from; i < to; i++) {
                    short value = block.get(JAVA_SHORT, after + 2L * i);
                    if (value != block.get(JAVA_SHORT, before + 2L * i)) {
                        elements[i] = value;
                    }
                }
            }
            case char[] elements -> {
                for (int i = from; i < to; i++) {
                    char value = block.get(JAVA_CHAR, after + 2L * i);
                    if (value != block.get(JAVA_CHAR, before + 2L * i)) {
                        elements[i] = value;
                    }
                }
            }
            case byte[] elements -> {
                for (int i = from; i < to; i++) {
                    byte value = block.get(JAVA_BYTE, after + i);
                    if (value != block.get(JAVA_BYTE, before + i)) {
                        elements[i] = value;
                    }
                }
            }
            case boolean[] elements -> {
                for (int i = from; i < to; i++) {
                    byte value = block.get(JAVA_BYTE, after + i);
                    if (value != block.get(JAVA_BYTE, before + i)) {
                        elements[i] = value != 0;
                    }
                }
            }
            default -> throw new IllegalArgumentException(array.getClass().getName());
        }
    }
}
