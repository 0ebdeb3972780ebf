package dev.jacobi.conformance.gradient;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shadows of several directions as one, in which the numbers of all directions are side by side. An array that comes twice is packed once. */
final class Packing {
    private final int width;
    /** By the array of the first direction: the packed one, and those of all directions. */
    private final IdentityHashMap<Object, Packed> packed = new IdentityHashMap<>();

    private record Packed(Object all, Object[] lanes) {}

    Packing(int width) {
        this.width = width;
    }

    @Nullable
    Object pack(@Nullable Object[] lanes) {
        Object first = lanes[0];
        if (first == null) {
            return null;
        }
        Packed known = packed.get(first);
        return known != null ? known.all() : packNew(first, Stream.of(lanes).toArray());
    }

    private Object packNew(Object first, Object[] lanes) {
        Class<?> component = first.getClass().getComponentType();
        int length = Array.getLength(first);
        Object all = Array.newInstance(component, component.isPrimitive() ? length * width : length);
        packed.put(first, new Packed(all, lanes));
        for (int i = 0; i < length; i++) {
            int place = i;
            if (component.isPrimitive()) {
                for (int lane = 0; lane < width; lane++) {
                    Array.set(all, i * width + lane, Array.get(lanes[lane], i));
                }
            } else {
                Array.set(
                        all,
                        i,
                        pack(Stream.of(lanes)
                                .map(each -> Array.get(each, place))
                                .toArray()));
            }
        }
        return all;
    }

    /** Puts the numbers of arrays that were packed back, wherever the method has moved them. */
    void unpack() {
        for (Packed each : packed.values()) {
            if (each.all().getClass().getComponentType().isPrimitive()) {
                for (int i = 0; i < Array.getLength(each.all()); i++) {
                    Array.set(each.lanes()[i % width], i / width, Array.get(each.all(), i));
                }
            }
        }
    }

    /** The arrays of each direction. */
    List<@Nullable Object> unpack(@Nullable Object all) {
        List<@Nullable Object> lanes = new ArrayList<>();
        for (int lane = 0; lane < width; lane++) {
            lanes.add(all == null ? null : unpack(all, lane));
        }
        return lanes;
    }

    private Object unpack(Object all, int lane) {
        Class<?> component = all.getClass().getComponentType();
        int length = Array.getLength(all) / (component.isPrimitive() ? width : 1);
        Object one = Array.newInstance(component, length);
        for (int i = 0; i < length; i++) {
            Object element = Array.get(all, component.isPrimitive() ? i * width + lane : i);
            Array.set(one, i, component.isPrimitive() || element == null ? element : unpack(element, lane));
        }
        return one;
    }
}
