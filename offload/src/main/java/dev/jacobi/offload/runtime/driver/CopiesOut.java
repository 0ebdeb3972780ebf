package dev.jacobi.offload.runtime.driver;

import dev.jacobi.offload.runtime.driver.Driver.Staging;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Copies from the device by way of two blocks: while the device fills one, the other is copied to where it belongs. */
final class CopiesOut {
    private static final long BLOCK_BYTES = 1 << 21;

    private final Driver driver;
    private final List<Staging> blocks = new ArrayList<>();

    CopiesOut(Driver driver) {
        this.driver = driver;
    }

    synchronized void copy(long memory, long offset, MemorySegment to) {
        long bytes = to.byteSize();
        if (bytes == 0) {
            driver.finish();
            return;
        }
        while (blocks.size() < (bytes > BLOCK_BYTES ? 2 : 1)) {
            blocks.add(driver.newStaging(BLOCK_BYTES));
        }
        driver.read(memory, offset, blocks.getFirst(), Math.min(BLOCK_BYTES, bytes));
        int current = 0;
        for (long done = 0; done < bytes; done += BLOCK_BYTES) {
            long next = done + BLOCK_BYTES;
            if (next < bytes) {
                driver.read(memory, offset + next, blocks.get(1 - current), Math.min(BLOCK_BYTES, bytes - next));
            }
            Staging block = blocks.get(current);
            block.await();
            MemorySegment.copy(block.memory(), 0, to, done, Math.min(BLOCK_BYTES, bytes - done));
            current = 1 - current;
        }
    }

    synchronized void free() {
        blocks.forEach(Staging::free);
        blocks.clear();
    }
}
