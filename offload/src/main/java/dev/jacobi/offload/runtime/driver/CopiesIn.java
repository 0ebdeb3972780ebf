package dev.jacobi.offload.runtime.driver;

import dev.jacobi.offload.runtime.driver.Driver.Staging;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies to the device by way of a ring of blocks, so that the caller goes on while the device copies. Small copies share a block. The caller's memory is read in pieces of a block at most: a longer copy of
 * an array of the heap would hold up the garbage collector.
 */
final class CopiesIn {
    private static final long BLOCK_BYTES = 1 << 21;
    private static final int BLOCKS = 4;
    private static final long ALIGNMENT = 64;

    private final Driver driver;
    private final boolean ahead;
    private final List<Staging> ring = new ArrayList<>();
    private int current = -1;
    private long used = BLOCK_BYTES;

    /** @param ahead beside the other commands */
    CopiesIn(Driver driver, boolean ahead) {
        this.driver = driver;
        this.ahead = ahead;
    }

    synchronized void copy(MemorySegment from, long memory, long offset) {
        for (long done = 0; done < from.byteSize(); ) {
            if (used == BLOCK_BYTES) {
                nextBlock();
            }
            Staging block = ring.get(current);
            long bytes = Math.min(from.byteSize() - done, BLOCK_BYTES - used);
            MemorySegment.copy(from, done, block.memory(), used, bytes);
            long place = used;
            used = Math.min(BLOCK_BYTES, (used + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
            driver.write(block, place, memory, offset + done, bytes, ahead);
            done += bytes;
        }
    }

    private void nextBlock() {
        int next = (current + 1) % BLOCKS;
        if (next == ring.size()) {
            ring.add(driver.newStaging(BLOCK_BYTES));
        } else {
            ring.get(next).await();
        }
        current = next;
        used = 0;
    }

    synchronized void free() {
        ring.forEach(Staging::free);
        ring.clear();
    }
}
