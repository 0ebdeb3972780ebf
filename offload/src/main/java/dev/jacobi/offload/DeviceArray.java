package dev.jacobi.offload;

import dev.jacobi.offload.launch.HeldArray;
import dev.jacobi.offload.launch.HostArray;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.reflect.Array;
import java.util.List;

/**
 * An array of numbers that stays on a device between calls, so that a program that calls offloaded code many times moves it once. It is an array of its own: what it holds is copied in by {@link #copyOf} and
 * {@link #set}, and out by {@link #get()}, and changed by offloaded code that gets it, and by nothing else.
 *
 * <pre>{@code
 * try (DeviceArray<double[]> weights = DeviceArray.copyOf(device, start)) {
 *     for (int step = 0; step < 1000; step++) {
 *         Offload.offload(device, () -> train(weights.array(), ...));      // or method.run(device, weights, ...)
 *     }
 *     double[] trained = weights.get();
 * }
 * }</pre>
 *
 * <p>Offloaded code may do with the array what it does with any, on the device and on the JVM, but not keep it: it is refused if it may. The array also has memory on the JVM, of the same size.
 *
 * <p>Thread-safe. Calls that use arrays of one device take turns, from the first use of such an array to the end of the call.
 *
 * @param <A> the type of the array, such as {@code double[]}
 */
public final class DeviceArray<A> implements AutoCloseable {
    private final HeldArray held;
    private final List<Device> devices;
    private final Class<A> type;
    private final int length;

    private DeviceArray(List<Device> devices, A array) {
        HostArray.of(array); // refuses what is no array of numbers
        this.type = classOf(array);
        this.length = Array.getLength(array);
        A own = newArray();
        System.arraycopy(array, 0, own, 0, length);
        this.devices = OffloadedMethod.checked(devices);
        List<OpenDevice> open = this.devices.stream().map(Device::open).toList();
        this.held = new HeldArray(open, own);
    }

    @SuppressWarnings("unchecked") // there are no subclasses of arrays of numbers
    private static <A> Class<A> classOf(A array) {
        return (Class<A>) array.getClass();
    }

    private A newArray() {
        return type.cast(Array.newInstance(type.getComponentType(), length));
    }

    /**
     * A copy of an array, for calls on one device.
     *
     * @throws IllegalArgumentException if it is no array of numbers
     */
    public static <A> DeviceArray<A> copyOf(Device device, A array) {
        return new DeviceArray<>(List.of(device), array);
    }

    /**
     * A copy of an array, for calls on all of these devices at once, in this order. Each has what it needs and has written.
     *
     * @throws IllegalArgumentException if it is no array of numbers, if there is no device, or one is there twice
     */
    public static <A> DeviceArray<A> copyOf(List<Device> devices, A array) {
        return new DeviceArray<>(devices, array);
    }

    /** The number of elements. */
    public int length() {
        return length;
    }

    /**
     * The array, in offloaded code alone.
     *
     * @throws IllegalStateException anywhere else, on other devices than those that it was made for, or if it is closed
     * @throws DeviceException if what it held is lost with its device
     */
    // Synchronised so that it is never inlined: it has to stay the call that is looked for.
    public synchronized A array() {
        return type.cast(held.forCall());
    }

    /**
     * What it holds: a new array.
     *
     * @throws IllegalStateException if it is closed
     * @throws DeviceException if what it held is lost
     */
    public A get() {
        A copy = newArray();
        held.read(copy);
        return copy;
    }

    /**
     * Copies what it holds.
     *
     * @param into of the same length
     * @throws IllegalArgumentException if it is not
     * @throws IllegalStateException if it is closed
     * @throws DeviceException if what it held is lost
     */
    public void get(A into) {
        checkLength(into);
        held.read(into);
    }

    /**
     * Lets it hold something else, also if what it held is lost. It goes to the device when it is used there.
     *
     * @param from of the same length; copied
     * @throws IllegalArgumentException if it is not
     * @throws IllegalStateException if it is closed
     */
    public void set(A from) {
        checkLength(from);
        held.write(from);
    }

    private void checkLength(A array) {
        int given = Array.getLength(array);
        if (given != length) {
            throw new IllegalArgumentException("an array of " + given + " elements for one of " + length);
        }
    }

    /** Its type, for arguments. */
    Class<A> type() {
        return type;
    }

    /** Those that it was made for, in this order. */
    List<Device> devices() {
        return devices;
    }

    HeldArray held() {
        return held;
    }

    /** Frees its memory on the device. What it holds is lost, unless it was read before. */
    @Override
    public void close() {
        held.close();
    }
}
