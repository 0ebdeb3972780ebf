package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;

/** What one device has of an array: memory for all of it, of which some elements are right, and some of these newer than on the host. */
final class DeviceCopy implements AutoCloseable {
    /** Ranges are told apart as long as they are not more; more would cost more than what they save. */
    private static final int MOST_RANGES = 64;
    /** One copy of two ranges and what lies between them is cheaper than two, if that is not more. */
    private static final long GAP_BYTES = 1 << 16;

    private final OpenDevice device;
    private final HostArray host;
    private final DeviceBuffer buffer;
    private Elements right = Elements.NONE;
    private Elements newer = Elements.NONE;
    private boolean halfWritten;

    DeviceCopy(OpenDevice device, HostArray host) {
        this.device = device;
        this.host = host;
        this.buffer = device.allocate(host.bytes());
    }

    DeviceBuffer buffer() {
        return buffer;
    }

    Elements newer() {
        return newer;
    }

    /**
     * Brings what is not right here, from the host, where it is right.
     *
     * @param zeros whether all elements are 0 there
     */
    void bring(int from, int to, boolean zeros, TrafficCount traffic) {
        Elements missing = right.minusFrom(from, to);
        for (int range = 0; range < missing.rangeCount(); range++) {
            if (zeros) {
                device.clear(
                        buffer,
                        (long) missing.from(range) * host.elementBytes(),
                        (long) (missing.to(range) - missing.from(range)) * host.elementBytes());
            } else {
                traffic.in(host.copyIn(device, buffer, missing.from(range), missing.to(range)));
            }
        }
        right = right.plus(from, to);
    }

    /** What these elements hold is as good as anything. */
    void isAnything(int from, int to) {
        right = right.plus(from, to);
    }

    /**
     * Brings home what is newer, of the elements from one to that before another.
     *
     * @return whether there was any
     */
    boolean bringHome(int from, int to, TrafficCount traffic) {
        Elements home = newer.within(from, to);
        int range = 0;
        while (range < home.rangeCount()) {
            int first = home.from(range);
            int end = home.to(range++);
            while (range < home.rangeCount() && isCheapGap(end, home.from(range))) {
                end = home.to(range++);
            }
            traffic.out(host.copyOut(device, buffer, first, end));
            newer = newer.minus(first, end);
        }
        return !home.isEmpty();
    }

    /** Copies all elements to another array. */
    void readAll(Object into, TrafficCount traffic) {
        if (host.length() > 0) {
            traffic.out(HostArray.of(into).copyOut(device, buffer, 0, host.length()));
        }
    }

    /** Whether what lies between two ranges is right here too, and little. */
    private boolean isCheapGap(int from, int to) {
        return (long) (to - from) * host.elementBytes() <= GAP_BYTES && right.contains(from, to);
    }

    /** Elements are about to be written here: until that is done, they count for nothing. */
    void beginWrite(int from, int to) {
        halfWritten |= !newer.within(from, to).isEmpty();
        lose(from, to);
    }

    /** Whether elements that were right here alone were about to be written, and were not. */
    boolean isHalfWritten() {
        return halfWritten;
    }

    /** Elements have been written elsewhere: here they count for nothing any more. */
    void lose(int from, int to) {
        right = right.minus(from, to);
        newer = newer.minus(from, to);
    }

    /**
     * Elements have been written here.
     *
     * @return whether the host got some of what is newer here
     */
    boolean endWrite(int from, int to, TrafficCount traffic) {
        halfWritten = false;
        right = right.plus(from, to);
        newer = newer.plus(from, to);
        boolean broughtHome = newer.rangeCount() > MOST_RANGES && bringHome(0, host.length(), traffic);
        if (right.rangeCount() > MOST_RANGES) {
            right = newer;
        }
        return broughtHome;
    }

    /** The host is right, and so are these elements here. */
    void isAsOnHost(Elements elements) {
        halfWritten = false;
        newer = Elements.NONE;
        right = elements;
    }

    State state() {
        return new State(right, newer);
    }

    void restore(State state) {
        halfWritten = false;
        right = state.right;
        newer = state.newer;
    }

    /** What counts, to go back to. */
    record State(Elements right, Elements newer) {}

    @Override
    public void close() {
        buffer.close();
    }
}
