package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;

/**
 * An array that has memory on a device. Its elements from {@code validFrom} to {@code validTo} are on the device as they should be; those from {@code dirtyFrom} to
 * {@code dirtyTo}, all among these, are newer there than on the host; all others are right on the host.
 */
final class ResidentArray implements AutoCloseable {
    private final OpenDevice device;
    private final TrafficCount traffic;
    private final HostArray host;
    private final DeviceBuffer buffer;
    /** Whether the host's array is zeros, as it was made. */
    private boolean zeros;

    private int validFrom;
    private int validTo;
    private int dirtyFrom;
    private int dirtyTo;

    ResidentArray(OpenDevice device, TrafficCount traffic, Object array) {
        this.device = device;
        this.traffic = traffic;
        this.host = HostArray.of(array);
        this.buffer = device.allocate(host.bytes());
    }

    DeviceBuffer buffer() {
        return buffer;
    }

    /** The type of the elements. */
    Class<?> component() {
        return host.array().getClass().getComponentType();
    }

    int length() {
        return host.length();
    }

    /** Brings to the device what is not there. */
    void toDevice() {
        toDevice(0, host.length());
    }

    /** Brings to the device what is not there of the elements from one to that before another, and what lies between them and those that are there. */
    void toDevice(int from, int to) {
        if (from >= to) {
            return;
        }
        if (validFrom >= validTo && zeros) {
            device.clear(buffer, 0, buffer.bytes());
            validFrom = 0;
            validTo = host.length();
        } else if (validFrom >= validTo) {
            copyIn(from, to);
            validFrom = from;
            validTo = to;
        } else {
            copyIn(from, validFrom);
            copyIn(validTo, to);
            validFrom = Math.min(validFrom, from);
            validTo = Math.max(validTo, to);
        }
    }

    private void copyIn(int from, int to) {
        if (from < to) {
            traffic.in(host.copyIn(device, buffer, from, to));
        }
    }

    /** Notes that a launch writes all elements from one to another, and nothing else; brings to the device what lies between them and those that are there. */
    void writesAll(int from, int to) {
        if (from >= to) {
            return;
        }
        if (validFrom < validTo) {
            copyIn(validTo, from);
            copyIn(to, validFrom);
        }
        boolean any = validFrom < validTo;
        validFrom = any ? Math.min(validFrom, from) : from;
        validTo = any ? Math.max(validTo, to) : to;
        dirty(from, to);
    }

    /** Notes that a launch may write any of the elements, all of which are on the device. */
    void writesAny() {
        dirty(0, host.length());
    }

    private void dirty(int from, int to) {
        boolean any = dirtyFrom < dirtyTo;
        // What lies between two parts is on the device too, and as it is on the host.
        dirtyFrom = any ? Math.min(dirtyFrom, from) : from;
        dirtyTo = any ? Math.max(dirtyTo, to) : to;
    }

    /** Whether the device has what the host has not. */
    boolean isDirty() {
        return dirtyFrom < dirtyTo;
    }

    /** Brings home what is newer on the device. */
    void toHost() {
        if (isDirty()) {
            traffic.out(host.copyOut(device, buffer, dirtyFrom, dirtyTo));
            dirtyFrom = 0;
            dirtyTo = 0;
        }
    }

    /** Notes that the host's array is zeros: there is nothing to copy to the device. */
    void isZeros() {
        zeros = true;
    }

    /** What is on the device counts for nothing any more. The host's array may be written. */
    void drop() {
        zeros = false;
        validFrom = 0;
        validTo = 0;
        dirtyFrom = 0;
        dirtyTo = 0;
    }

    /** The state before a launch, to go back to. */
    State state() {
        return new State(validFrom, validTo, dirtyFrom, dirtyTo);
    }

    void restore(State state) {
        validFrom = state.validFrom;
        validTo = state.validTo;
        dirtyFrom = state.dirtyFrom;
        dirtyTo = state.dirtyTo;
    }

    record State(int validFrom, int validTo, int dirtyFrom, int dirtyTo) {}

    @Override
    public void close() {
        buffer.close();
    }
}
