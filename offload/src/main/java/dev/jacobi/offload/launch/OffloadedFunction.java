package dev.jacobi.offload.launch;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.compile.Target;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Printer;
import dev.jacobi.llvm.device.DeviceCompiler;
import dev.jacobi.offload.Traffic;
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

    private OffloadedFunction(Launches launches, MethodHandle host, List<Kernel> kernels, String hostText) {
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
        String hostText = Printer.print(function, Printer.Options.WITH_POSITIONS);
        MethodHandle handle = PlacedElsewhere.emit(function, target);
        MethodHandle spread = handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        return new OffloadedFunction(launches, spread, kernels, hostText);
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

    /**
     * Calls it. All that it has written is in the caller's arrays when it returns, and when it throws what the method throws.
     *
     * @param device on which all kernels are loaded at the first call
     * @param measured gets what moved
     */
    public @Nullable Object call(OpenDevice device, @Nullable Object[] arguments, Consumer<Traffic> measured)
            throws Throwable {
        launches.load(device);
        try (Session session = new Session(device)) {
            Object result;
            try {
                result = launches.within(session, host, arguments);
            } catch (Throwable thrown) {
                try {
                    session.finish();
                } catch (DeviceException e) {
                    thrown.addSuppressed(e);
                }
                measured.accept(session.traffic().soFar());
                throw thrown;
            }
            session.finish();
            measured.accept(session.traffic().soFar());
            return result;
        }
    }
}
