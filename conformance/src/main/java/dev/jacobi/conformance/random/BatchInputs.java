package dev.jacobi.conformance.random;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Layout;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Random arguments of batches.
 *
 * @param run the method of the program
 * @param isSmooth whether numbers are such that derivatives can be compared
 * @param isEven whether arrays of all examples have one length in all layouts
 */
record BatchInputs(Program program, Method run, boolean isSmooth, boolean isEven, SplittableRandom random) {
    /**
     * The arguments of a batch, the number of examples first where the layout wants it.
     *
     * @param types those of one example, shadows included if it is a derivative
     * @param examples gets the arguments of each example; may be null
     */
    @Nullable
    Object[] given(
            Class<?>[] types, List<Axis> axes, Layout layout, int size, @Nullable List<@Nullable Object[]> examples) {
        List<@Nullable Object[]> all = new ArrayList<>();
        List<Axis> ofPrimal = axes.size() == run.getParameterCount() ? axes : ofPrimal(axes);
        @Nullable Object[] firstOfPrimal = arguments();
        @Nullable Object[] first = withShadows(types.length, firstOfPrimal);
        for (int example = 0; example < size; example++) {
            @Nullable Object[] own = example == 0 ? firstOfPrimal.clone() : arguments();
            boolean even = layout != Layout.SEPARATE || isEven;
            alike(own, firstOfPrimal, run.getParameterTypes(), ofPrimal, even);
            own = withShadows(types.length, own);
            for (int index = 0; index < own.length; index++) {
                own[index] = axes.get(index) == Axis.EACH ? own[index] : first[index];
            }
            all.add(own);
        }
        List<@Nullable Object> given = new ArrayList<>();
        if (layout != Layout.SEPARATE) {
            given.add(size);
        }
        for (int index = 0; index < types.length; index++) {
            int parameter = index;
            given.add(
                    axes.get(index) == Axis.EACH
                            ? joined(
                                    types[index],
                                    layout,
                                    all.stream()
                                            .<@Nullable Object>map(own -> own[parameter])
                                            .toList())
                            : first[index]);
        }
        if (examples != null) {
            examples.addAll(all);
        }
        return given.toArray();
    }

    private @Nullable Object[] arguments() {
        return isSmooth
                ? SmoothCheck.arguments(program.run().parameters(), random)
                : Arguments.of(program.run().parameters(), random);
    }

    /** The arguments of the derivative if it is that, which has more. */
    private @Nullable Object[] withShadows(int count, @Nullable Object[] arguments) {
        return count == arguments.length ? arguments : NativeCheck.withShadows(run, false, arguments, random);
    }

    private List<Axis> ofPrimal(List<Axis> axes) {
        Activity[] activities = NativeCheck.activities(run, Activity.ACTIVE, Activity.DUPLICATED);
        List<Axis> ofPrimal = new ArrayList<>();
        int place = 0;
        for (Activity activity : activities) {
            ofPrimal.add(axes.get(place));
            place += activity == Activity.DUPLICATED ? 2 : 1;
        }
        return ofPrimal;
    }

    /** Takes what is shared from the first example, and lets arrays have the length of the first one's if they are to be even. */
    private static void alike(
            @Nullable Object[] own, @Nullable Object[] first, Class<?>[] types, List<Axis> axes, boolean even) {
        for (int index = 0; index < own.length; index++) {
            if (axes.get(index) != Axis.EACH) {
                own[index] = first[index];
            } else if (even && types[index].isArray()) {
                own[index] = resized(own[index], first[index], types[index]);
            }
        }
    }

    /** An array of its own, of the length of another one. */
    private static Object resized(@Nullable Object array, @Nullable Object like, Class<?> type) {
        int length = like == null ? 2 : Array.getLength(like);
        Object resized = Array.newInstance(type.getComponentType(), length);
        if (array != null) {
            System.arraycopy(array, 0, resized, 0, Math.min(length, Array.getLength(array)));
        }
        return resized;
    }

    /** The values of all examples in a layout; null if they are to lie in one array, and the first is null. */
    static @Nullable Object joined(Class<?> type, Layout layout, List<@Nullable Object> values) {
        int size = values.size();
        if (!type.isArray() || layout == Layout.SEPARATE) {
            Object joined = Array.newInstance(type, size);
            for (int example = 0; example < size; example++) {
                Array.set(joined, example, values.get(example));
            }
            return joined;
        }
        Object first = size == 0 ? null : values.getFirst();
        if (size > 0 && first == null) {
            return null;
        }
        int length = first == null ? 0 : Array.getLength(first);
        Object joined = Array.newInstance(type.getComponentType(), size * length);
        for (int example = 0; example < size; example++) {
            for (int place = 0; place < length; place++) {
                int at = layout == Layout.PACKED ? example * length + place : place * size + example;
                Array.set(joined, at, Array.get(values.get(example), place));
            }
        }
        return joined;
    }
}
