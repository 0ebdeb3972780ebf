package dev.jacobi.offload.runtime.driver;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a device that was closed and is kept for whom asks for about as much next: drivers take their time to find memory and to free it, and some wait for all of the device's commands then. What is
 * kept is freed, the oldest first, when there is more of it than a share of the device's memory, and all of it when the driver has none left. Thread-safe.
 */
final class KeptMemory {
    /** The most bytes that are kept for each device, instead of a share of its memory; none for 0. */
    static final String LIMIT = "jacobi.offload.keptMemory";

    /** Of the memory of a device that has its own. */
    private static final int SHARE = 4;
    /** Of memory that is the host's too. */
    private static final int SHARE_OF_HOST = 64;

    private static final int MOST_BLOCKS = 256;
    /** What may be left over of a block. */
    private static final int SHARE_LEFT_OVER = 8;

    private final Driver driver;
    private final long most;
    /** The oldest first. */
    private final Queue<Block> blocks = new ArrayDeque<>();

    private long bytes;

    /**
     * Memory of the driver.
     *
     * @param uses what is known of commands that use it, also of those before it was kept
     */
    record Block(long memory, long bytes, Ahead.Uses uses) {}

    KeptMemory(Driver driver) {
        this.driver = driver;
        most = Long.getLong(LIMIT, share(driver.description()));
    }

    private static long share(DeviceDescription description) {
        boolean isHosts = description.kind() == DeviceDescription.Kind.CPU;
        return description.memoryBytes() / (isHosts ? SHARE_OF_HOST : SHARE);
    }

    /**
     * Memory with so many bytes at least, kept or new.
     *
     * @throws DeviceException if the driver refuses, also when nothing is kept any more
     */
    Block take(long wanted) {
        Block kept = find(wanted);
        if (kept != null) {
            return kept;
        }
        try {
            return allocate(wanted);
        } catch (DeviceException e) {
            if (e.kind() != DeviceException.Kind.OUT_OF_MEMORY || !freeAll()) {
                throw e;
            }
            return allocate(wanted);
        }
    }

    private Block allocate(long wanted) {
        return new Block(driver.allocate(wanted), wanted, new Ahead.Uses());
    }

    private synchronized @Nullable Block find(long wanted) {
        Block best = null;
        for (Block block : blocks) {
            boolean fits = block.bytes >= wanted && block.bytes - wanted <= wanted / SHARE_LEFT_OVER;
            if (fits && (best == null || block.bytes < best.bytes)) {
                best = block;
            }
        }
        if (best != null) {
            blocks.remove(best);
            bytes -= best.bytes;
        }
        return best;
    }

    /** Takes back what nobody holds any more; commands that use it may be on their way. */
    synchronized void give(Block block) {
        if (block.bytes > most) {
            driver.free(block.memory);
            return;
        }
        blocks.add(block);
        bytes += block.bytes;
        while (bytes > most || blocks.size() > MOST_BLOCKS) {
            freeOldest();
        }
    }

    /**
     * Frees all, also where the driver refuses that of some.
     *
     * @return whether there was any
     * @throws DeviceException what the driver said first
     */
    synchronized boolean freeAll() {
        boolean any = !blocks.isEmpty();
        DeviceException first = null;
        while (!blocks.isEmpty()) {
            try {
                freeOldest();
            } catch (DeviceException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
        return any;
    }

    private void freeOldest() {
        Block block = blocks.remove();
        bytes -= block.bytes;
        driver.free(block.memory);
    }
}
