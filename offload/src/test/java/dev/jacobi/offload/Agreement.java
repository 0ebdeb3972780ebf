package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.JacobiException;
import dev.jacobi.offload.runtime.fork.TestedDevice;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Runs a method on the JVM and on a device, and compares all that can be seen of it, to the bit. */
final class Agreement {
    /** The property that says on how many devices at once a test runs. */
    static final String DEVICES = "jacobi.test.devices";

    private Agreement() {}

    /** What a call has given or thrown, and its arguments afterwards. */
    record Outcome(
            @Nullable Object result,
            @Nullable Throwable thrown,
            @Nullable Object[] arguments) {
        /** All of it; of an exception its class and message. The JVM says more of a null than code that it has not from a file. */
        String text() {
            String end = thrown == null
                    ? "gave " + Arrays.deepToString(new @Nullable Object[] {result})
                    : thrown instanceof NullPointerException ? "threw NullPointerException" : "threw " + thrown;
            return end + ", left " + Arrays.deepToString(arguments);
        }

        /** Whether the other has the same bits; one NaN is as good as another. */
        boolean isSame(Outcome other) {
            return Arrays.deepEquals(
                            new @Nullable Object[] {result, arguments},
                            new @Nullable Object[] {other.result, other.arguments})
                    && isSameExceptionAs(other);
        }

        private boolean isSameExceptionAs(Outcome other) {
            return thrown == null || other.thrown == null
                    ? thrown == other.thrown
                    : thrown.getClass() == other.thrown.getClass()
                            && (thrown instanceof NullPointerException
                                    || Objects.equals(thrown.getMessage(), other.thrown.getMessage()));
        }
    }

    /** That which is tested; the test is skipped where there is none. */
    static Device device() {
        return Devices.named(TestedDevice.description().id());
    }

    /** The devices that a test runs on together: the preferred one, or as many as it was started for. */
    static List<Device> devices() {
        return devices(Integer.getInteger(DEVICES, 1));
    }

    /** So many devices; the test is skipped where there are fewer. */
    static List<Device> devices(int count) {
        device();
        Assumptions.assumeTrue(
                Devices.all().size() >= count, () -> "it takes " + count + " devices, and there are " + Devices.all());
        return Devices.all().subList(0, count);
    }

    static Method method(Class<?> owner, String name) {
        List<Method> found = Arrays.stream(owner.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && Modifier.isStatic(method.getModifiers()))
                .toList();
        assertEquals(1, found.size(), name);
        found.getFirst().setAccessible(true);
        return found.getFirst();
    }

    static OffloadedMethod offloaded(Method method) {
        return Offload.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes());
    }

    /** Calls it on the JVM. */
    static Outcome onJvm(Method method, @Nullable Object... arguments) {
        @Nullable Object[] own = copy(arguments);
        try {
            return new Outcome(method.invoke(null, own), null, own);
        } catch (InvocationTargetException e) {
            return new Outcome(null, e.getCause(), own);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Calls it on a device; what is refused is thrown. */
    static Outcome onDevice(OffloadedMethod method, Device device, @Nullable Object... arguments) {
        return onDevices(method, List.of(device), arguments);
    }

    /** Calls it on devices; what is refused is thrown. */
    static Outcome onDevices(OffloadedMethod method, List<Device> devices, @Nullable Object... arguments) {
        @Nullable Object[] own = copy(arguments);
        try {
            return new Outcome(method.run(devices, own), null, own);
        } catch (JacobiException e) {
            throw e;
        } catch (Throwable e) {
            return new Outcome(null, e, own);
        }
    }

    /** Shows that both do the same; gives what moved. */
    static Traffic same(Method method, @Nullable Object... arguments) {
        return same(method, method, arguments);
    }

    /** As {@link #same(Method, Object...)}, with what another method does on the JVM. */
    static Traffic same(Method onJvm, Method method, @Nullable Object[] arguments) {
        Traffic[] traffic = new Traffic[1];
        OffloadedMethod offloaded = offloaded(method).measuring(moved -> traffic[0] = moved);
        Outcome expected = onJvm(onJvm, arguments);
        Outcome actual = onDevices(offloaded, devices(), arguments);
        assertTrue(
                expected.isSame(actual),
                () -> "on the JVM it " + expected.text() + "\nbut on the device " + actual.text());
        return traffic[0];
    }

    /** Copies arrays; those that are one and the same stay so. */
    static @Nullable Object[] copy(@Nullable Object[] arguments) {
        return copy(arguments, new IdentityHashMap<>());
    }

    private static @Nullable Object[] copy(@Nullable Object[] arguments, Map<Object, Object> copies) {
        @Nullable Object[] copied = arguments.clone();
        for (int index = 0; index < copied.length; index++) {
            Object argument = copied[index];
            if (argument != null && argument.getClass().isArray()) {
                copied[index] = copyOf(argument, copies);
            }
        }
        return copied;
    }

    private static Object copyOf(Object array, Map<Object, Object> copies) {
        Object known = copies.get(array);
        if (known != null) {
            return known;
        }
        int length = Array.getLength(array);
        Object copy = Array.newInstance(array.getClass().getComponentType(), length);
        copies.put(array, copy);
        if (array instanceof @Nullable Object[] elements) {
            System.arraycopy(copy(elements, copies), 0, copy, 0, length);
        } else {
            System.arraycopy(array, 0, copy, 0, length);
        }
        return copy;
    }
}
