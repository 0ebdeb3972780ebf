package dev.jacobi.cli.bench.device;

import dev.jacobi.examples.parallel.WellKnownKernel;
import dev.jacobi.examples.parallel.WellKnownKernel.Bits;
import dev.jacobi.examples.parallel.WellKnownKernel.Bound;
import dev.jacobi.offload.Offload;
import dev.jacobi.offload.OffloadedMethod;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something to be measured on a device, and the same on the JVM. All calls take the same arguments, those of {@code repeated} after three others, as {@link dev.jacobi.examples.parallel.Repeated} has them.
 *
 * @param arguments for a small size if {@code true}
 * @param sequential in one thread, one round after the other
 * @param parallel on all cores
 */
record DeviceCase(
        String label,
        Bound bound,
        Bits bits,
        Arguments arguments,
        Call sequential,
        Call parallel,
        Supplier<OffloadedMethod> onDevice,
        Supplier<OffloadedMethod> repeated,
        Call repeatedOnJvm) {

    /** Makes arguments, the same ones each time. */
    interface Arguments {
        Object[] of(boolean small);
    }

    /** A method on the JVM. */
    interface Call {
        @Nullable
        Object call(Object[] arguments);
    }

    /** All that are measured. */
    static List<DeviceCase> all() {
        List<DeviceCase> all = new ArrayList<>();
        for (WellKnownKernel kernel : WellKnownKernel.values()) {
            all.add(of(kernel));
        }
        all.addAll(Gradients.cases());
        return all;
    }

    private static DeviceCase of(WellKnownKernel kernel) {
        return new DeviceCase(
                kernel.label(),
                kernel.bound(),
                kernel.bits(),
                small -> kernel.arguments(small ? kernel.smallSize() : kernel.largeSize()),
                call(kernel.inPlainOrder()),
                call(kernel.method()),
                () -> offloaded(kernel.method()),
                () -> offloaded(kernel.repeated()),
                call(kernel.repeated()));
    }

    static OffloadedMethod offloaded(Method method) {
        return Offload.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes());
    }

    static Call call(Method method) {
        return arguments -> {
            try {
                return method.invoke(null, arguments);
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(method + " failed", e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** The arguments of {@code repeated}: of these, {@code clock} is the second. */
    static Object[] forRepeated(int times, Object[] arguments) {
        return Stream.concat(Stream.of(times, new long[2], new int[1]), Arrays.stream(arguments))
                .toArray();
    }
}
