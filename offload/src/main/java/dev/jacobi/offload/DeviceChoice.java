package dev.jacobi.offload;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several places of which each call goes to one: that where calls of the same method with arguments of about the same size were fastest so far.
 *
 * <pre>{@code
 * DeviceChoice choice = DeviceChoice.fastestOf(Devices.all());
 * Offload.offload(choice, () -> saxpy(2, x, y));                       // or method.on(choice, Saxpy.class), method.run(choice, ...)
 * Offload.choices().forEach(System.out::println);                      // where calls run, and why
 * }</pre>
 *
 * <p>The first call goes where it is expected to be fastest, by the bytes that may move, the rounds of the loops and what it costs to start them. Others are measured by a call now and then, which all together take no more than one part in 20 of the time,
 * but for each place's first call of a size, and one of which too little was expected. Code for them is made in the background meanwhile. Sizes are the sum of the lengths of the arrays among the arguments, and that of its integers, both by powers of two;
 * arrays in fields of objects do not count.
 *
 * <p>A device that cannot be opened, or has no code for the method, is left out, with a warning of the logger {@code dev.jacobi.offload}; if none is left, what the first one refused is thrown. If a driver refuses in the middle of a call, that
 * is thrown, as some of the call may be done; later calls of that size go elsewhere, with a warning too.
 *
 * <p>A call that gets a {@link DeviceArray} as an argument, or a lambda that has captured one, goes to the devices of that array, whatever was measured; code that finds one elsewhere is refused.
 *
 * <p>Immutable. What was measured belongs to the method: all that are equal know the same.
 */
public final class DeviceChoice {
    private final List<Device> devices;
    private final boolean jvm;
    private final @Nullable LongSupplier clock;
    private final @Nullable Executor background;

    private DeviceChoice(
            List<Device> devices, boolean jvm, @Nullable LongSupplier clock, @Nullable Executor background) {
        this.devices = devices;
        this.jvm = jvm;
        this.clock = clock;
        this.background = background;
    }

    /**
     * One of some devices for each call. Nothing runs on the JVM instead but by {@link #orJvm}.
     *
     * @param devices the preferred first
     * @throws IllegalArgumentException if one is there twice
     */
    public static DeviceChoice fastestOf(List<Device> devices) {
        return new DeviceChoice(devices.isEmpty() ? List.of() : OffloadedMethod.checked(devices), false, null, null);
    }

    /**
     * The same, and plain Java on the JVM as one more place: the method as it is, with its parallel streams, its derivative or batch as {@code as} gives it. There sums of floating point, {@code Math} and gradients have other last bits than on devices
     * (docs/guide/offload-semantics.md), so which bits a call gives may depend on what was measured. It is the only place if there are no devices, or, of a lambda,
     * if its code cannot run on one, which is logged at {@code INFO}.
     */
    public DeviceChoice orJvm() {
        return new DeviceChoice(devices, true, clock, background);
    }

    /** The same by another clock, and with other threads in the background. */
    DeviceChoice by(LongSupplier nanoseconds, Executor threads) {
        return new DeviceChoice(devices, jvm, nanoseconds, threads);
    }

    List<Device> devices() {
        return devices;
    }

    boolean hasJvm() {
        return jvm;
    }

    /** Null for that of the system. */
    @Nullable
    LongSupplier clock() {
        return clock;
    }

    /** Null for threads of Jacobi's own. */
    @Nullable
    Executor background() {
        return background;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeviceChoice choice
                && devices.equals(choice.devices)
                && jvm == choice.jvm
                && clock == choice.clock
                && background == choice.background;
    }

    @Override
    public int hashCode() {
        return Objects.hash(devices, jvm);
    }

    @Override
    public String toString() {
        return "the fastest of " + devices + (jvm ? " and the JVM" : "");
    }
}
