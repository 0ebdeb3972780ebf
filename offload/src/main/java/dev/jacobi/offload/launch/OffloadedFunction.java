package dev.jacobi.offload.launch;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import dev.jacobi.llvm.device.DeviceCompiler;
import dev.jacobi.offload.Traffic;
import dev.jacobi.offload.extract.EscapingArrays;
import dev.jacobi.offload.extract.Kernel;
import dev.jacobi.offload.extract.OutlineKernels;
import dev.jacobi.offload.runtime.DeviceException;
import dev.jacobi.offload.runtime.OpenDevice;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A function whose parallel loops run on a device, all else on the JVM. Thread-safe. */
public final class OffloadedFunction {
    private final Launches launches;
    private final MethodHandle host;
    private final List<Kernel> kernels;
    private final String hostText;
    private final String display;
    /** Of each parameter how it may be kept beyond a call; empty if it is not. */
    private final List<String> escapes;
    /** Whether the host's code finds arrays that stay on devices by itself. */
    private final boolean findsHeldArrays;

    private OffloadedFunction(
            Launches launches,
            MethodHandle host,
            List<Kernel> kernels,
            String hostText,
            String display,
            List<String> escapes,
            boolean findsHeldArrays) {
        this.findsHeldArrays = findsHeldArrays;
        this.display = display;
        this.escapes = escapes;
        this.launches = launches;
        this.host = host;
        this.kernels = kernels;
        this.hostText = hostText;
    }

    /**
     * Takes a function apart. Nothing is compiled for a device yet, but all that can be refused is refused now.
     *
     * @param function is changed
     * @param target the method that it comes from
     * @throws JacobiException NOT_INDEPENDENT, NOT_ON_DEVICE, or NO_PARALLEL_LOOP
     */
    public static OffloadedFunction of(Function function, Target target) {
        String display = target.display();
        Launches launches = new Launches(display);
        List<Kernel> kernels = OutlineKernels.run(function, display, PlacedElsewhere.classes(target), launches);
        if (kernels.isEmpty()) {
            throw new JacobiException(
                    Refusal.NO_PARALLEL_LOOP, "cannot offload " + display + ": it has no parallel stream", null);
        }
        kernels.forEach(kernel -> DeviceCompiler.check(kernel.round()));
        launches.set(kernels, loop -> PlacedElsewhere.emit(loop, target));
        List<String> escapes = function.parameters().stream()
                .map(parameter -> EscapingArrays.of(function, parameter).orElse(""))
                .toList();
        boolean findsHeldArrays = EscapingArrays.findsHeldArrays(function);
        String hostText = Printer.print(function, Printer.Options.WITH_POSITIONS);
        MethodHandle handle = PlacedElsewhere.emit(function, target);
        MethodHandle spread = handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        return new OffloadedFunction(launches, spread, kernels, hostText, display, escapes, findsHeldArrays);
    }

    /** The kernels and the host's code as text. */
    public String explain() {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < kernels.size(); index++) {
            text.append(KernelText.of(index, kernels.get(index)));
        }
        return text.append("; on the JVM\n").append(hostText).toString();
    }

    /** What runs on the device. */
    public List<Kernel> kernels() {
        return kernels;
    }

    /** Whether its host code asks {@link dev.jacobi.offload.DeviceArray}s for their arrays, arguments or not. */
    public boolean findsHeldArrays() {
        return findsHeldArrays;
    }

    /**
     * Compiles and loads all of its device code, so that no call on this device waits for that.
     *
     * @param hasFastMath as for {@link #call}
     */
    public void load(OpenDevice device, boolean hasFastMath) {
        launches.load(device, hasFastMath);
    }

    /**
     * Calls it. All that it has written is in the caller's arrays when it returns, and when it throws what the method throws.
     *
     * @param devices which share the rounds of each loop; on each, all kernels are loaded at the first call
     * @param hasFastMath whether functions of {@code Math} in kernels may differ from {@code StrictMath} in the last places
     * @param arguments of which a {@link HeldArray} stands for its array
     * @param measured gets what moved
     * @throws JacobiException NOT_ON_DEVICE if what a {@code HeldArray} holds may be kept
     */
    public @Nullable Object call(
            List<OpenDevice> devices, boolean hasFastMath, @Nullable Object[] arguments, Consumer<Traffic> measured)
            throws Throwable {
        refuseEscapes(arguments);
        devices.forEach(device -> launches.load(device, hasFastMath));
        Session session = new Session(devices, hasFastMath);
        try (session) {
            Object result;
            try {
                result = launches.within(session, host, session.hold(arguments));
            } catch (Throwable thrown) {
                try {
                    session.finish();
                } catch (DeviceException e) {
                    thrown.addSuppressed(e);
                }
                throw thrown;
            }
            session.finish();
            return result;
        } finally {
            // Others may be called, and other calls made: nothing is held any more.
            measured.accept(session.traffic().soFar());
        }
    }

    private void refuseEscapes(@Nullable Object[] arguments) {
        for (int index = 0; index < arguments.length; index++) {
            if (arguments[index] instanceof HeldArray held
                    && !escapes.get(index).isEmpty()) {
                throw new JacobiException(
                        Refusal.NOT_ON_DEVICE,
                        "cannot offload " + display + " with a " + held.kind() + " as argument " + index + ": it "
                                + escapes.get(index) + ", where it might be changed without the device",
                        null);
            }
        }
    }
}
