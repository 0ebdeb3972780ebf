package dev.jacobi.offload.launch;

import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import dev.jacobi.offload.runtime.OpenDevice.DeviceBuffer;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The rows of an array of arrays that have memory on a device: one row after the other, and where each starts and ends. What a launch writes comes home at once, so nothing is ever newer on the device than on the
 * host; it is right there until somebody else writes one of the rows.
 */
final class ResidentRows implements AutoCloseable {
    /** As many elements as an array may have. */
    private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private final OpenDevice device;
    private final TrafficCount traffic;
    private final Class<?> component;
    private Object[] rows;
    private Set<Object> present;
    private final int[] starts;
    private final int[] ends;
    private final DeviceBuffer data;
    private final DeviceBuffer startsThere;
    private final DeviceBuffer endsThere;
    private boolean valid;

    /** @param array of arrays of numbers, none of them null */
    ResidentRows(OpenDevice device, TrafficCount traffic, Object[] array) {
        this.device = device;
        this.traffic = traffic;
        this.component = array.getClass().getComponentType().getComponentType();
        this.rows = array.clone();
        this.present = identities(rows);
        this.starts = new int[rows.length];
        this.ends = new int[rows.length];
        int total = lay(rows, starts, ends);
        HostArray startsHere = HostArray.of(starts);
        HostArray endsHere = HostArray.of(ends);
        List<DeviceBuffer> buffers = WorkMemory.allocate(
                device,
                List.of(
                        (long) total
                                * HostArray.of(Array.newInstance(component, 0)).elementBytes(),
                        startsHere.bytes(),
                        endsHere.bytes()));
        this.data = buffers.get(0);
        this.startsThere = buffers.get(1);
        this.endsThere = buffers.get(2);
        if (rows.length > 0) {
            traffic.in(startsHere.copyIn(device, startsThere, 0, rows.length));
            traffic.in(endsHere.copyIn(device, endsThere, 0, rows.length));
        }
    }

    private static Set<Object> identities(Object[] rows) {
        Set<Object> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        Collections.addAll(identities, rows);
        return identities;
    }

    /** Computes where rows start and end; gives the number of all elements. */
    private static int lay(Object[] rows, int[] starts, int[] ends) {
        long total = 0;
        for (int row = 0; row < rows.length; row++) {
            starts[row] = (int) total;
            total += Array.getLength(rows[row]);
            if (total > MOST_ELEMENTS) {
                throw new DeviceException(
                        DeviceException.Kind.OUT_OF_MEMORY,
                        "the rows of an array of arrays have more elements together than one array may have");
            }
            ends[row] = (int) total;
        }
        return (int) total;
    }

    /**
     * Takes up the rows that the array has now.
     *
     * @return false if these have other lengths than those before, so that other memory is needed
     */
    boolean takeUp(Object[] array) {
        boolean same = array.length == rows.length;
        for (int row = 0; same && row < rows.length; row++) {
            same = array[row] == rows[row];
        }
        if (same) {
            return true;
        }
        int[] newStarts = new int[array.length];
        int[] newEnds = new int[array.length];
        Object[] newRows = array.clone();
        lay(newRows, newStarts, newEnds);
        if (!Arrays.equals(newEnds, ends)) {
            return false;
        }
        rows = newRows;
        present = identities(newRows);
        valid = false;
        return true;
    }

    /** The rows that were last taken up. */
    List<Object> rows() {
        return List.of(rows);
    }

    int rowCount() {
        return rows.length;
    }

    private int elementCount() {
        return rows.length == 0 ? 0 : ends[rows.length - 1];
    }

    /** What a kernel gets: elements, starts and ends of rows, each with its number. */
    List<Object> operands() {
        return List.of(data, elementCount(), startsThere, rows.length, endsThere, rows.length);
    }

    boolean isValid() {
        return valid;
    }

    /** Brings all elements to the device; each row is right on the host. */
    void toDevice() {
        int count = elementCount();
        if (count > 0) {
            traffic.in(HostArray.of(elementsHere()).copyIn(device, data, 0, count));
        }
        valid = true;
    }

    /** Brings rows home that a launch has written, from one to that before another. After that, all are right on the device, if they were before it. */
    void toHost(int from, int to) {
        if (from < to && starts[from] < ends[to - 1]) {
            int first = starts[from];
            Object some = Array.newInstance(component, ends[to - 1] - first);
            traffic.out(HostArray.of(some).copyOutFrom(device, data, first));
            for (int row = from; row < to; row++) {
                System.arraycopy(some, starts[row] - first, rows[row], 0, ends[row] - starts[row]);
            }
        }
        valid = true;
    }

    /** All elements as they are on the device, one row after the other; to be {@link #put} where they belong. */
    Object elementsThere() {
        Object all = Array.newInstance(component, elementCount());
        if (elementCount() > 0) {
            traffic.out(HostArray.of(all).copyOutFrom(device, data, 0));
        }
        return all;
    }

    /** All elements as they are on the host. */
    Object elementsHere() {
        Object all = Array.newInstance(component, elementCount());
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, all, starts[row], ends[row] - starts[row]);
        }
        return all;
    }

    /** Sets all rows on the host. */
    void put(Object elements) {
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(elements, starts[row], rows[row], 0, ends[row] - starts[row]);
        }
    }

    /** What is on the device counts for nothing any more. */
    void drop() {
        valid = false;
    }

    /** An array is about to be written elsewhere. */
    void dropIfRow(Object array) {
        if (valid && present.contains(array)) {
            valid = false;
        }
    }

    @Override
    public void close() {
        data.close();
        startsThere.close();
        endsThere.close();
    }
}
