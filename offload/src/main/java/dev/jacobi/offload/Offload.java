package dev.jacobi.offload;

import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.compile.PlacedElsewhere;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods on devices. The unit is a method: its parallel streams run on the device, all else stays on the JVM, and the arrays that are read and written move by themselves.
 *
 * <p>What can run there is a parallel stream over a range or an array whose rounds do not depend on each other, over numbers, arrays of numbers and memory segments; anything else is refused with a
 * {@link JacobiException} before anything runs. Nothing ever runs on the CPU in silence instead.
 */
public final class Offload {
    private static final AtomicBoolean SAID_NO_DEVICE = new AtomicBoolean();

    /** Code to be run on a device: a lambda that calls methods. */
    @FunctionalInterface
    public interface Code extends Serializable {
        void run();
    }

    /** Code whose kernels have fast mathematics. */
    record WithFastMath(Code code) implements Code {
        @Override
        public void run() {
            code.run();
        }
    }

    private Offload() {}

    /**
     * The same code with fast mathematics in its kernels, as {@link OffloadedMethod#withFastMath()} has it: {@code Offload.offload(device, Offload.withFastMath(() -> density(x, y)))}.
     *
     * @param code a lambda
     */
    public static Code withFastMath(Code code) {
        return code instanceof WithFastMath ? code : new WithFastMath(code);
    }

    /**
     * Runs a lambda on a device: all that it calls is one method for this purpose. It is compiled when it is met first, and kept.
     *
     * @throws JacobiException NOT_INDEPENDENT, NOT_ON_DEVICE or NO_PARALLEL_LOOP if it cannot run there; what the code throws is thrown as it is
     */
    public static void offload(Device device, Code code) {
        CapturedCode captured = CapturedCode.of(code);
        captured.method().run(device, captured.arguments());
    }

    /**
     * Runs a lambda on several devices at once, as {@link OffloadedMethod#run(List, Object...)} does.
     *
     * @throws JacobiException NOT_INDEPENDENT, NOT_ON_DEVICE or NO_PARALLEL_LOOP if it cannot run there; what the code throws is thrown as it is
     * @throws IllegalArgumentException if there is no device, or one is there twice
     */
    public static void offload(List<Device> devices, Code code) {
        CapturedCode captured = CapturedCode.of(code);
        captured.method().run(devices, captured.arguments());
    }

    /**
     * Runs a lambda at one of several places, where calls with about as much captured were fastest, as {@link OffloadedMethod#run(DeviceChoice, Object...)} does.
     *
     * @throws JacobiException NOT_INDEPENDENT, NOT_ON_DEVICE or NO_PARALLEL_LOOP if it cannot run on a device, and the JVM is none of the places; what the code throws is thrown as it is
     * @throws IllegalArgumentException if there is no place
     */
    public static void offload(DeviceChoice choice, Code code) {
        OffloadedMethod.checked(choice);
        if (choice.devices().isEmpty() && choice.hasJvm()) {
            if (SAID_NO_DEVICE.compareAndSet(false, true)) {
                said("there is no device; said once");
            }
            code.run();
            return;
        }
        CapturedCode captured;
        try {
            captured = choice.hasJvm() ? CapturedCode.orRemembered(code) : CapturedCode.of(code);
        } catch (JacobiException refused) {
            if (!choice.hasJvm()) {
                throw refused;
            }
            said(refused.getMessage());
            code.run();
            return;
        }
        if (captured == null) {
            code.run();
            return;
        }
        captured.method().run(choice, code::run, captured.arguments());
    }

    /** Where {@link DeviceChoice}s let calls run, and why: for all methods that are in use in this process, by sizes of arguments. Choices may change at any time; the order is that of the names and then of the sizes. */
    public static List<ChosenPlace> choices() {
        return Chooser.allChoices();
    }

    private static void said(@Nullable String why) {
        System.getLogger("dev.jacobi.offload").log(System.Logger.Level.INFO, "runs on the JVM: {0}", why);
    }

    /**
     * Runs a lambda on the preferred device, or as plain Java in this thread if there is no device or the code cannot run on one; why is logged by {@code dev.jacobi.offload} at {@code INFO}. What shows
     * only when it runs there, such as a driver that refuses, is thrown as by {@link #offload}.
     *
     * @return whether it ran on a device
     */
    public static boolean offloadOrElseRun(Code code) {
        Device device;
        CapturedCode captured;
        try {
            device = Devices.first();
            captured = CapturedCode.of(code);
        } catch (JacobiException refused) {
            said(refused.getMessage());
            code.run();
            return false;
        }
        captured.method().run(device, captured.arguments());
        return true;
    }

    /**
     * A method to be run on devices.
     *
     * @param parameterTypes of the method; none if there is only one of this name
     * @throws JacobiException if it cannot run there
     */
    public static OffloadedMethod of(Class<?> owner, String method, Class<?>... parameterTypes) {
        return of(Jacobi.of(owner, method, parameterTypes));
    }

    /**
     * A derivative to be run on devices: the loops of its sweeps that come from parallel streams run there. Adjoints of what all rounds read are added up in parts,
     * and these in their order.
     *
     * @param functionalInterface as for {@link Derivative#as}
     * @throws JacobiException if it cannot run there
     */
    public static <I> OffloadedMethod of(Derivative derivative, Class<I> functionalInterface) {
        return new OffloadedMethod(
                PlacedElsewhere.code(derivative, functionalInterface),
                derivative.specification().target(),
                Optional.empty(),
                () -> PlacedElsewhere.handleOf(functionalInterface, derivative.as(functionalInterface)));
    }

    /** As above, with all results of the derivative, as {@link Derivative#asMethodHandle} gives them. */
    public static OffloadedMethod of(Derivative derivative) {
        return new OffloadedMethod(
                PlacedElsewhere.code(derivative),
                derivative.specification().target(),
                Optional.empty(),
                derivative::asMethodHandle);
    }

    /**
     * A batch to be run on devices: each example is a round of one loop, and the number of examples is not fixed.
     *
     * @param functionalInterface as for {@link Batched#as}
     * @throws JacobiException if it cannot run there
     */
    public static <I> OffloadedMethod of(Batched batch, Class<I> functionalInterface) {
        return new OffloadedMethod(
                PlacedElsewhere.code(batch.specification(), functionalInterface),
                batch.specification().target(),
                Optional.empty(),
                () -> PlacedElsewhere.handleOf(functionalInterface, batch.as(functionalInterface)));
    }

    /** As {@link #of(Class, String, Class...)}. */
    public static OffloadedMethod of(Primal primal) {
        return new OffloadedMethod(
                PlacedElsewhere.code(primal),
                primal.target(),
                primal.target().method().map(Method::getReturnType),
                () -> PlacedElsewhere.onJvm(primal));
    }
}
