package dev.jacobi.offload.runtime;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device with one queue of commands. Commands run in the order in which they are given, and beside the host: {@link #sync} waits for them. All methods are thread-safe.
 *
 * <p>Each throws a {@link DeviceException} with the driver's own words where the driver refuses; the device can be used afterwards unless it says that it is lost. What failed while a command ran is told by a
 * later method. Misuse never comes to the driver: {@link IllegalStateException} for what is closed, {@link IndexOutOfBoundsException} for places outside of a buffer, {@link IllegalArgumentException} for the rest.
 * Waiting does not end when the thread is interrupted.
 */
public interface OpenDevice extends AutoCloseable {
    DeviceDescription description();

    /** The types of a kernel's parameters. */
    enum Parameter {
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        /** A pointer to the first byte of a buffer. */
        BUFFER
    }

    /**
     * Loads device code. Compiled by the driver at once, so this may take seconds.
     *
     * @param image made for {@link DeviceDescription#target}
     * @param entry the kernel in it
     * @param parameters of the kernel, all of them
     */
    LoadedKernel load(byte[] image, String entry, List<Parameter> parameters);

    /** Memory of the device; its contents are open. No byte at all is allowed, and a place all the same. If memory is short, it is first seen whether any is garbage. */
    DeviceBuffer allocate(long bytes);

    /** Copies from host memory, of the heap or outside; the source may be changed when this returns. Waits only if much is on its way already. */
    void copyIn(MemorySegment from, DeviceBuffer to, long toOffset);

    /** Copies to host memory, of the heap or outside, and waits for all commands before, and for this one. */
    void copyOut(DeviceBuffer from, long fromOffset, MemorySegment to);

    /** Copies within the device; not between places of one buffer that overlap. */
    void copy(DeviceBuffer from, long fromOffset, DeviceBuffer to, long toOffset, long bytes);

    /** Sets bytes to zero. */
    void clear(DeviceBuffer buffer, long offset, long bytes);

    /**
     * Starts a kernel.
     *
     * @param items how many work items must run at least: more may be started, so that groups are full; with none, nothing is started
     * @param arguments {@link Integer}, {@link Long}, {@link Float}, {@link Double} by value, {@link DeviceBuffer} by address
     */
    void launch(LoadedKernel kernel, long items, Object... arguments);

    /** Waits until all commands are done. */
    void sync();

    /** Whether it cannot be used any more. */
    boolean isLost();

    /** Frees the queue and everything loaded or allocated, after all commands and after what other threads are doing with it. */
    @Override
    void close();

    /** Memory of the device. It is freed, once the commands that use it are done, when it is closed, or is garbage, or its device is closed. */
    interface DeviceBuffer extends AutoCloseable {
        long bytes();

        @Override
        void close();
    }

    /** Code that can be started. It is freed, once the commands that use it are done, when it is closed, or is garbage, or its device is closed. */
    interface LoadedKernel extends AutoCloseable {
        @Override
        void close();
    }
}
