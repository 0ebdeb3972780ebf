package dev.jacobi.offload;

import dev.jacobi.JacobiException;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.offload.launch.OffloadedFunction;
import dev.jacobi.offload.launch.Rethrown;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A method whose parallel streams run on a device, or on several at once, compiled for each device when it is first called there. Thread-safe. */
public final class OffloadedMethod {
    private static final MethodHandle RUN = run();

    private final Target target;
    private final Function declaration;
    private final OffloadedFunction code;
    private final BoxedValues values;
    private final Consumer<Traffic> measured;

    /** @param result as the signature has it, if it is that of the target */
    OffloadedMethod(Function function, Target target, Optional<Class<?>> result) {
        this.target = target;
        this.declaration = function.copy();
        this.values = new BoxedValues(target.display(), PlacedElsewhere.typeOf(function, target), result);
        this.code = OffloadedFunction.of(function, target);
        this.measured = _ -> {};
    }

    private OffloadedMethod(OffloadedMethod other, Consumer<Traffic> measured) {
        this.target = other.target;
        this.declaration = other.declaration;
        this.code = other.code;
        this.values = other.values;
        this.measured = measured;
    }

    /** The same, telling after each call what moved between host and device. */
    public OffloadedMethod measuring(Consumer<Traffic> consumer) {
        return new OffloadedMethod(this, consumer);
    }

    /** What runs on the device and what on the JVM, as text: for each kernel what it reads and writes, what is looked at before a launch, and its code; then the host's code. */
    public String explain() {
        return code.explain();
    }

    /**
     * The method on a device, as an object of a functional interface.
     *
     * @param functionalInterface whose method takes what the method takes, and gives what it gives
     * @throws JacobiException WRONG_SIGNATURE if it does not fit
     */
    public <I> I on(Device device, Class<I> functionalInterface) {
        return on(List.of(device), functionalInterface);
    }

    /**
     * The method on several devices, as {@link #run(List, Object...)} calls it, as an object of a functional interface.
     *
     * @param functionalInterface whose method takes what the method takes, and gives what it gives
     * @throws JacobiException WRONG_SIGNATURE if it does not fit
     * @throws IllegalArgumentException if there is no device, or one is there twice
     */
    public <I> I on(List<Device> devices, Class<I> functionalInterface) {
        MethodHandle run = MethodHandles.insertArguments(RUN, 0, this, checked(devices));
        MethodHandle handle =
                run.asCollector(Object[].class, declaration.parameters().size());
        return PlacedElsewhere.implement(handle, declaration, functionalInterface, target);
    }

    private static MethodHandle run() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(
                            OffloadedMethod.class,
                            "runOn",
                            MethodType.methodType(Object.class, List.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Calls it on a device. What it throws is thrown as it is.
     *
     * @param arguments the method's, numbers boxed
     * @return the result, a number boxed, or null if there is none
     * @throws JacobiException WRONG_SIGNATURE if the arguments do not fit
     * @throws DeviceException if the driver refuses
     */
    public @Nullable Object run(Device device, @Nullable Object... arguments) {
        return runOn(List.of(device), arguments);
    }

    /**
     * Calls it on several devices at once: the rounds of each of its parallel loops are cut among them, by how fast each was with that loop before. What it gives and writes has the same bits however they are cut, and as on one of the
     * devices, if these compute with the same bits. What it throws is thrown as it is.
     *
     * @param arguments the method's, numbers boxed
     * @return the result, a number boxed, or null if there is none
     * @throws DeviceException if a driver refuses
     * @throws IllegalArgumentException if there is no device, or one is there twice
     */
    public @Nullable Object run(List<Device> devices, @Nullable Object... arguments) {
        return runOn(checked(devices), arguments);
    }

    static List<Device> checked(List<Device> devices) {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no device to run on");
        }
        if (Set.copyOf(devices).size() < devices.size()) {
            throw new IllegalArgumentException("a device is there twice among " + devices);
        }
        return List.copyOf(devices);
    }

    private @Nullable Object runOn(List<Device> devices, @Nullable Object[] arguments) {
        @Nullable Object[] taken = values.arguments(arguments);
        List<OpenDevice> open = devices.stream().map(Device::open).toList();
        try {
            return values.result(code.call(open, taken, measured));
        } catch (DeviceException e) {
            for (int index = 0; index < open.size(); index++) {
                if (open.get(index).isLost()) {
                    devices.get(index).lost(open.get(index));
                }
            }
            throw e;
        } catch (Throwable e) {
            throw Rethrown.rethrow(e);
        }
    }
}
