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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A method whose parallel streams run on a device, or on several at once, compiled for each device when it is first called there. Thread-safe. */
public final class OffloadedMethod {
    private static final MethodHandle RUN = find("runOn", List.class);
    private static final MethodHandle CHOOSE = find("runChosen", DeviceChoice.class);

    private final Target target;
    private final Function declaration;
    private final BoxedValues values;
    private final JvmCode onJvm;
    private final OffloadedFunction code;
    private final Form fast;
    private final Form form;
    private final BiConsumer<List<Device>, Traffic> measured;

    /** Whether functions of {@code Math} in kernels are fast ones, and what is then known of places, for each choice of them. */
    private record Form(boolean hasFastMath, Map<DeviceChoice, Chooser> choosers) {
        Form(boolean hasFastMath) {
            this(hasFastMath, new ConcurrentHashMap<>());
        }
    }

    /**
     * @param result as the signature has it, if it is that of the target
     * @param onJvm makes a handle of the method without any device
     */
    OffloadedMethod(Function function, Target target, Optional<Class<?>> result, Supplier<MethodHandle> onJvm) {
        this.target = target;
        this.declaration = function.copy();
        MethodType type = PlacedElsewhere.typeOf(function, target);
        this.values = new BoxedValues(target.display(), type, result);
        this.onJvm = new JvmCode(onJvm, type);
        this.code = OffloadedFunction.of(function, target);
        this.fast = new Form(true);
        this.form = new Form(false);
        this.measured = (_, _) -> {};
    }

    private OffloadedMethod(OffloadedMethod other, Form form, BiConsumer<List<Device>, Traffic> measured) {
        this.target = other.target;
        this.declaration = other.declaration;
        this.code = other.code;
        this.fast = other.fast;
        this.form = form;
        this.values = other.values;
        this.onJvm = other.onJvm;
        this.measured = measured;
    }

    /** The same, telling after each call what moved between host and device. */
    public OffloadedMethod measuring(Consumer<Traffic> consumer) {
        return measuringAt((_, traffic) -> consumer.accept(traffic));
    }

    /** The same, telling after each call where it ran, which is on no device if it was the JVM, and what moved between host and devices. */
    public OffloadedMethod measuringAt(BiConsumer<List<Device>, Traffic> consumer) {
        return new OffloadedMethod(this, form, consumer);
    }

    /**
     * The same with fast mathematics in kernels. {@code Math.exp}, {@code log}, {@code log1p}, {@code sin} and {@code cos} are then within one unit in the last place of the exact value, {@code tanh} and {@code pow} within two, instead of
     * having the bits of {@code StrictMath}; where a function is computed of {@code float} numbers and its result is made a {@code float} at once, as in {@code (float) Math.exp(x)}, that holds for the last place of a {@code float}. Bits are
     * the same on all devices and in each run. All other functions, {@code StrictMath}, and what runs on the JVM stay what they are.
     */
    public OffloadedMethod withFastMath() {
        return new OffloadedMethod(this, fast, measured);
    }

    /** What runs on the device and what on the JVM, as text: for each kernel what it reads and writes, what is looked at before a launch, and its code; then the host's code; then {@link #choices}, if there are any. */
    public String explain() {
        StringBuilder text =
                new StringBuilder(form.hasFastMath() ? "; Math in kernels is fast\n" : "").append(code.explain());
        for (ChosenPlace choice : choices()) {
            text.append("; ")
                    .append(choice.arguments())
                    .append(": ")
                    .append(choice.place())
                    .append(": ")
                    .append(choice.reason())
                    .append('\n');
        }
        return text.toString();
    }

    /** Where {@link DeviceChoice}s let its calls run, by sizes of arguments, and why. Choices may change at any time. */
    public List<ChosenPlace> choices() {
        return form.choosers().values().stream()
                .flatMap(chooser -> chooser.choices().stream())
                .toList();
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
        return as(MethodHandles.insertArguments(RUN, 0, this, checked(devices)), functionalInterface);
    }

    /**
     * The method at one of several places for each call, as {@link #run(DeviceChoice, Object...)} calls it, as an object of a functional interface.
     *
     * @param functionalInterface whose method takes what the method takes, and gives what it gives
     * @throws JacobiException WRONG_SIGNATURE if it does not fit
     * @throws IllegalArgumentException if there is no place
     */
    public <I> I on(DeviceChoice choice, Class<I> functionalInterface) {
        checked(choice);
        return as(MethodHandles.insertArguments(CHOOSE, 0, this, choice), functionalInterface);
    }

    private <I> I as(MethodHandle run, Class<I> functionalInterface) {
        MethodHandle handle =
                run.asCollector(Object[].class, declaration.parameters().size());
        return PlacedElsewhere.implement(handle, declaration, functionalInterface, target);
    }

    private static MethodHandle find(String name, Class<?> where) {
        try {
            return MethodHandles.lookup()
                    .findVirtual(
                            OffloadedMethod.class, name, MethodType.methodType(Object.class, where, Object[].class));
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
        return values.result(runOn(List.of(device), arguments));
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
        return values.result(runOn(checked(devices), arguments));
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

    static void checked(DeviceChoice choice) {
        if (choice.devices().isEmpty() && !choice.hasJvm()) {
            throw new IllegalArgumentException("no device to run on");
        }
    }

    /**
     * Calls it where calls with arguments of about this size were fastest, see {@link DeviceChoice}. What it throws is thrown as it is.
     *
     * @param arguments the method's, numbers boxed
     * @return the result, a number boxed, or null if there is none
     * @throws DeviceException if the driver refuses
     * @throws IllegalArgumentException if there is no place
     * @throws IllegalStateException if a {@link DeviceArray} among the arguments is of other devices
     * @throws JacobiException NOT_ON_DEVICE if the method uses a {@code DeviceArray} that is not among its arguments
     */
    public @Nullable Object run(DeviceChoice choice, @Nullable Object... arguments) {
        checked(choice);
        return values.result(runChosen(choice, arguments));
    }

    /** Gives an int for a boolean, byte, short or char. */
    private @Nullable Object runChosen(DeviceChoice choice, @Nullable Object[] arguments) {
        return runChosen(choice, onJvm::handle, onJvm::call, arguments);
    }

    /** Calls it where it is fastest, or as it is if that is on the JVM. */
    void run(DeviceChoice choice, Runnable onJvm, @Nullable Object[] arguments) {
        Plain plain = _ -> {
            onJvm.run();
            return null;
        };
        runChosen(choice, () -> {}, plain, arguments);
    }

    /** What is done on the JVM. */
    private interface Plain {
        @Nullable
        Object call(@Nullable Object[] arguments) throws Throwable;
    }

    private @Nullable Object runChosen(
            DeviceChoice choice, Runnable prepareJvm, Plain plain, @Nullable Object[] arguments) {
        @Nullable Object[] taken = values.arguments(arguments);
        Chooser chooser = form.choosers()
                .computeIfAbsent(
                        choice, each -> new Chooser(target.display(), code, form.hasFastMath(), each, prepareJvm));
        List<Device> own = chooser.devicesOf(arguments);
        if (!own.isEmpty()) {
            return runTaken(own, taken);
        }
        try {
            return chooser.call(taken, new Chooser.Places() {
                @Override
                public @Nullable Object onDevice(Device device) {
                    return runTaken(List.of(device), taken);
                }

                @Override
                public @Nullable Object onJvm() throws Throwable {
                    Object result = plain.call(taken);
                    measured.accept(List.of(), new Traffic(0, 0, 0, 0, 0, 0));
                    return result;
                }
            });
        } catch (Throwable e) {
            throw Rethrown.rethrow(e);
        }
    }

    /** As above. */
    private @Nullable Object runOn(List<Device> devices, @Nullable Object[] arguments) {
        return runTaken(devices, values.arguments(arguments));
    }

    private @Nullable Object runTaken(List<Device> devices, @Nullable Object[] taken) {
        List<OpenDevice> open = devices.stream().map(Device::open).toList();
        try {
            return code.call(open, form.hasFastMath(), taken, traffic -> measured.accept(devices, traffic));
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
