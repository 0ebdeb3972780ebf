package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacobi.llvm.text.Element;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How long the arrays of a function's tape are at the beginning of a call: as long as they have been at the end of one, so that they need not grow and be copied each time. Memory that is not
 * used costs nothing.
 */
final class TapeLengths {
    private static final int INITIAL = 256;
    private static final int KINDS = Element.values().length;

    /** Threads may lose each other's lengths. */
    private final int[] lengths = new int[KINDS];

    TapeLengths() {
        Arrays.fill(lengths, INITIAL);
    }

    /** Of each kind so much that all together fit into a part of the memory. */
    private static int limit() {
        return (int) Math.min(Integer.MAX_VALUE - 8, CallMemory.limit() / (4 * 8));
    }

    void write(MemorySegment block) {
        for (int i = 0; i < KINDS; i++) {
            block.set(JAVA_INT, Frame.TAPE + 4L * i, lengths[i]);
            block.set(JAVA_INT, Frame.TAPE_USED + 4L * i, 0);
        }
    }

    void learn(MemorySegment block) {
        for (int i = 0; i < KINDS; i++) {
            int used = block.get(JAVA_INT, Frame.TAPE_USED + 4L * i);
            if (used > lengths[i]) {
                lengths[i] = Math.max(lengths[i], Math.min(used, limit()));
            }
        }
    }
}
