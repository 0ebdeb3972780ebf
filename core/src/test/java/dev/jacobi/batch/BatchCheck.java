package dev.jacobi.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Layout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Compares a batch with calls, one for each example: results, exceptions, and what the arguments hold afterwards, bit for bit. */
final class BatchCheck {
    static final int[] SIZES = {0, 1, 3, 17, 128, 129, 1000};

    private BatchCheck() {}

    /** The method of a class with this name, for one example. */
    static MethodHandle single(Class<?> type, String method) throws IllegalAccessException {
        return MethodHandles.lookup()
                .unreflect(Arrays.stream(type.getDeclaredMethods())
                        .filter(candidate -> candidate.getName().equals(method))
                        .findFirst()
                        .orElseThrow());
    }

    /** Compares in all layouts what goes in step under masks, and gives how many strips were done one by one all the same. */
    static long underMasks(MethodHandle single, Batched batched, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        long before = InStep.stripsOutOfStep();
        for (Layout layout : Layout.values()) {
            String explanation = batched.layout(layout).explain();
            assertTrue(explanation.startsWith("128 examples in step, under masks at "), explanation);
            check(single, batched, layout, axes, arguments);
        }
        return InStep.stripsOutOfStep() - before;
    }

    /**
     * Compares in one layout, for each size.
     *
     * @param single the call for one example
     * @param arguments the arguments of each example; those that are not {@code EACH} are taken from the first
     */
    static void check(
            MethodHandle single, Batched batched, Layout layout, List<Axis> axes, IntFunction<Object[]> arguments)
            throws Throwable {
        MethodHandle batch = batched.layout(layout).asMethodHandle();
        for (int size : SIZES) {
            check(single, batch, layout, axes, arguments, size);
        }
    }

    private static void check(
            MethodHandle single,
            MethodHandle batch,
            Layout layout,
            List<Axis> axes,
            IntFunction<Object[]> arguments,
            int size)
            throws Throwable {
        List<Object[]> examples = new ArrayList<>();
        List<Object[]> expected = new ArrayList<>();
        Object[] shared = arguments.apply(0);
        Object[] sharedExpected = arguments.apply(0);
        for (int example = 0; example < size; example++) {
            examples.add(mixed(axes, arguments.apply(example), shared));
            expected.add(mixed(axes, arguments.apply(example), sharedExpected));
        }
        Object[] given = new Object[axes.size()];
        for (int index = 0; index < given.length; index++) {
            Class<?> type = single.type().parameterType(index);
            int parameter = index;
            given[index] = axes.get(index) == Axis.EACH
                    ? joined(
                            type,
                            layout,
                            examples.stream().map(example -> example[parameter]).toList())
                    : shared[index];
        }
        List<Object> results = new ArrayList<>();
        int failing = -1;
        Throwable failure = new AssertionError("no example throws");
        for (int example = 0; example < size && failing < 0; example++) {
            try {
                results.add(single.invokeWithArguments(expected.get(example)));
            } catch (Throwable thrown) {
                failing = example;
                failure = thrown;
            }
        }
        String what = layout + " of " + size;
        Object result = null;
        try {
            List<Object> passed = new ArrayList<>();
            if (layout != Layout.SEPARATE) {
                passed.add(size);
            }
            passed.addAll(Arrays.asList(given));
            result = batch.invokeWithArguments(passed);
            assertEquals(-1, failing, what);
        } catch (BatchException thrown) {
            assertEquals(failing, thrown.example(), what);
            assertEquals(failure.getClass(), thrown.getCause().getClass(), what);
            // Where an exception is thrown often, HotSpot throws one without message.
            if (!(failure instanceof NullPointerException) && failure.getMessage() != null) {
                assertEquals(failure.getMessage(), thrown.getCause().getMessage(), what);
            }
        }
        if (failing < 0 && batch.type().returnType() != void.class) {
            Class<?> type = single.type().returnType();
            assertEquals(text(joined(type, layout, results)), text(result), what);
        }
        for (int index = 0; index < given.length; index++) {
            int parameter = index;
            Class<?> type = single.type().parameterType(index);
            boolean each = axes.get(index) == Axis.EACH;
            if (failing >= 0 && each && layout != Layout.SEPARATE) {
                continue; // the example that fails has not written its part
            }
            Object then = each
                    ? joined(
                            type,
                            layout,
                            expected.stream().map(example -> example[parameter]).toList())
                    : sharedExpected[index];
            assertEquals(text(then), text(given[index]), what + ", argument " + index + " afterwards");
        }
    }

    private static Object[] mixed(List<Axis> axes, Object[] own, Object[] shared) {
        Object[] mixed = own.clone();
        for (int index = 0; index < mixed.length; index++) {
            if (axes.get(index) != Axis.EACH) {
                mixed[index] = shared[index];
            }
        }
        return mixed;
    }

    /** The values of all examples in a layout. */
    private static Object joined(Class<?> type, Layout layout, List<Object> values) {
        int size = values.size();
        if (!type.isArray() || layout == Layout.SEPARATE) {
            Object joined = Array.newInstance(type, size);
            for (int example = 0; example < size; example++) {
                Array.set(joined, example, values.get(example));
            }
            return joined;
        }
        int length = size == 0 ? 0 : Array.getLength(values.getFirst());
        Object joined = Array.newInstance(type.getComponentType(), size * length);
        for (int example = 0; example < size; example++) {
            for (int place = 0; place < length; place++) {
                int at = layout == Layout.PACKED ? example * length + place : place * size + example;
                Array.set(joined, at, Array.get(values.get(example), place));
            }
        }
        return joined;
    }

    /** Bits as text. */
    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> number + "#" + Long.toHexString(Double.doubleToLongBits(number));
            case Float number -> number + "#" + Integer.toHexString(Float.floatToIntBits(number));
            case Object array
            when array.getClass().isArray() -> {
                StringBuilder all = new StringBuilder("[");
                for (int index = 0; index < Array.getLength(array); index++) {
                    all.append(text(Array.get(array, index))).append(' ');
                }
                yield all.append(']').toString();
            }
            default -> value.toString();
        };
    }
}
