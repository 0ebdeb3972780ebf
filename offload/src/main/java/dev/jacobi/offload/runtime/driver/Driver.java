package dev.jacobi.offload.runtime.driver;

import dev.jacobi.offload.runtime.DeviceDescription;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a driver does for one open device: commands that run in the order in which they are given, and copies ahead of them. All that can be checked without it was checked before. Handles are the driver's own, as numbers.
 * Thread-safe; each method throws a {@link DeviceException} if the driver refuses.
 */
public interface Driver {
    DeviceDescription description();

    /** @param bytes more than none */
    long allocate(long bytes);

    /** Frees memory once the commands given so far are done. */
    void free(long memory);

    /** Memory of the host from and to which the device copies fast. */
    Staging newStaging(long bytes);

    /**
     * Copies from the host, later.
     *
     * @param ahead beside the other commands instead of after them, but after others ahead
     */
    void write(Staging from, long fromOffset, long memory, long offset, long bytes, boolean ahead);

    /** Lets all commands that are given from now on wait for the copies that were given before, ahead. */
    void waitForAhead();

    /** Copies to the host, later. */
    void read(long memory, long offset, Staging to, long bytes);

    void copy(long from, long fromOffset, long to, long toOffset, long bytes);

    void clear(long memory, long offset, long bytes);

    /** Compiles and loads a kernel, and makes sure, where the driver tells, that it has these parameters. */
    Code load(byte[] image, String entry, List<Parameter> parameters);

    /**
     * Starts a kernel.
     *
     * @param values eight bytes for each parameter, which may be overwritten when this returns
     * @param items more than none
     */
    void launch(Code code, MemorySegment values, long items);

    /** Waits until all commands are done. */
    void finish();

    /** Frees what is not handed out: what was has been freed before. */
    void close();

    /** A block of host memory. Of its uses, each waits for what it must by {@link #await}. */
    interface Staging {
        MemorySegment memory();

        /** Waits until all copies from or to this block are done. */
        void await();

        void free();
    }

    /** A loaded kernel. */
    interface Code {
        /** Frees it once the commands given so far are done. */
        void free();
    }
}
