package dev.jacobi.offload.runtime;

import java.lang.foreign.MemorySegment;

/**
 * A device with one queue of commands. Commands run in the order in which they are given, and beside the host: {@link #sync} waits for them. All methods are
 * thread-safe, and throw a {@link DeviceException} with the driver's own words where the driver refuses; the device can be used afterwards unless it says that it is lost.
 */
public interface OpenDevice extends AutoCloseable {
    DeviceDescription description();

    /**
     * Loads device code. Compiled by the driver at once, so this may take seconds.
     *
     * @param image made for {@link DeviceDescription#target}
     * @param entry the kernel in it
     */
    LoadedKernel load(byte[] image, String entry);

    /** Memory of the device; its contents are open. */
    DeviceBuffer allocate(long bytes);

    /** Copies from host memory, of the heap or outside; the source may be changed when this returns. */
    void copyIn(MemorySegment from, DeviceBuffer to, long toOffset);

    /** Copies to host memory, and waits for all commands before, and for this one. */
    void copyOut(DeviceBuffer from, long fromOffset, MemorySegment to);

    /** Copies within the device. */
    void copy(DeviceBuffer from, long fromOffset, DeviceBuffer to, long toOffset, long bytes);

    /** Sets bytes to zero. */
    void clear(DeviceBuffer buffer, long offset, long bytes);

    /**
     * Starts a kernel.
     *
     * @param items how many work items must run at least: more may be started, so that groups are full
     * @param arguments {@link Integer}, {@link Long}, {@link Float}, {@link Double} by value, {@link DeviceBuffer} by address
     */
    void launch(LoadedKernel kernel, long items, Object... arguments);

    /** Waits until all commands are done. */
    void sync();

    /** Frees the queue and everything loaded or allocated. */
    @Override
    void close();

    /** Memory of the device. Closing it frees it once the commands that use it are done. */
    interface DeviceBuffer extends AutoCloseable {
        long bytes();

        @Override
        void close();
    }

    /** Code that can be started. Not thread-safe by itself: {@link OpenDevice#launch} is. */
    interface LoadedKernel extends AutoCloseable {
        @Override
        void close();
    }
}
