package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers, and where it is right. Each element is newer than on the host on one device at most; those that are newer nowhere are right on the host. One thread's, but each device's copy may be used by a thread
 * of its own as long as nobody else uses the array.
 */
final class ResidentArray implements AutoCloseable {
    private final HostArray host;
    private final List<OpenDevice> devices;
    private final @Nullable DeviceCopy[] copies;
    /** Whether the host's array is zeros, as it was made. */
    private boolean zeros;
    /** From which element on nobody needs what the host's array holds. */
    private int freeFrom = Integer.MAX_VALUE;

    ResidentArray(List<OpenDevice> devices, Object array) {
        this.host = HostArray.of(array);
        this.devices = devices;
        this.copies = new @Nullable DeviceCopy[devices.size()];
    }

    List<OpenDevice> devices() {
        return devices;
    }

    HostArray host() {
        return host;
    }

    /** The type of the elements. */
    Class<?> component() {
        return host.component();
    }

    int length() {
        return host.length();
    }

    /** A device's memory, which it gets at the first time. */
    DeviceCopy on(int device) {
        DeviceCopy copy = copies[device];
        if (copy == null) {
            copy = new DeviceCopy(devices.get(device), host);
            copies[device] = copy;
        }
        return copy;
    }

    /** Notes that the host's array is zeros: there is nothing to copy to devices. */
    void isZeros() {
        zeros = true;
    }

    /**
     * Notes that nobody needs what the host's array holds from an element on, until somebody writes it. What several devices write is found by comparing it with what was there, so there has to be the same on all.
     *
     * @param element the first
     */
    void isFreeFrom(int element) {
        freeFrom = devices.size() == 1 ? element : Integer.MAX_VALUE;
    }

    /** Brings to a device what is not right there, from the host, where it is right. */
    void bring(int device, int from, int to, TrafficCount traffic) {
        DeviceCopy copy = on(device);
        if (from < freeFrom) {
            copy.bring(from, Math.min(to, freeFrom), zeros, traffic);
        }
        if (freeFrom < to) {
            copy.isAnything(Math.max(from, freeFrom), to);
        }
    }

    /** Makes the host right where a device needs elements that are newer on another. */
    void bringHomeFor(int device, int from, int to, TrafficCount traffic) {
        for (int other = 0; other < copies.length; other++) {
            DeviceCopy copy = copies[other];
            if (other != device && copy != null) {
                if (copy.bringHome(from, to, traffic)) {
                    isWritten();
                }
            }
        }
    }

    /** Makes the host right. */
    void bringHome(TrafficCount traffic) {
        bringHomeFor(-1, 0, length(), traffic);
    }

    /**
     * Frees a device's memory; what is newer there comes home.
     *
     * @return whether it had any
     */
    boolean free(int device, TrafficCount traffic) {
        DeviceCopy copy = copies[device];
        if (copy == null) {
            return false;
        }
        if (copy.bringHome(0, length(), traffic)) {
            isWritten();
        }
        copies[device] = null;
        copy.close();
        return true;
    }

    /** Elements have been written on one device, and are right nowhere else. */
    void endWrite(int device, int from, int to, TrafficCount traffic) {
        for (int other = 0; other < copies.length; other++) {
            DeviceCopy copy = copies[other];
            if (other != device && copy != null) {
                copy.lose(from, to);
            }
        }
        if (on(device).endWrite(from, to, traffic)) {
            isWritten();
        }
    }

    /** The host's array was written. */
    private void isWritten() {
        zeros = false;
        freeFrom = Integer.MAX_VALUE;
    }

    /** Whether a device has what the host has not. */
    boolean isNewerSomewhere() {
        for (DeviceCopy copy : copies) {
            if (copy != null && !copy.newer().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a launch that was to write elements which a device alone had right has not come to its end. */
    boolean isHalfWritten() {
        for (DeviceCopy copy : copies) {
            if (copy != null && copy.isHalfWritten()) {
                return true;
            }
        }
        return false;
    }

    /** What is on devices counts for nothing any more: the host has written, or is about to. */
    void drop() {
        drop(Elements.of(0, length()));
    }

    void drop(Elements elements) {
        isWritten();
        for (DeviceCopy copy : copies) {
            for (int range = 0; copy != null && range < elements.rangeCount(); range++) {
                copy.lose(elements.from(range), elements.to(range));
            }
        }
    }

    @Override
    public void close() {
        for (int device = 0; device < copies.length; device++) {
            DeviceCopy copy = copies[device];
            copies[device] = null;
            if (copy != null) {
                copy.close();
            }
        }
    }
}
