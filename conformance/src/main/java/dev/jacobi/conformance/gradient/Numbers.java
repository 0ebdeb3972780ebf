package dev.jacobi.conformance.gradient;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The places of the active numbers among some arguments, each once, whatever refers to it: the coordinates by which a method is
 * differentiated. A place stays the same when the method moves rows of nested arrays about.
 */
public final class Numbers {
    /** An array, the arguments themselves or one that they lead to, and an index into it. */
    private record Place(Object array, int index, String name) {}

    private final List<Place> places = new ArrayList<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Numbers() {}

    /**
     * The active numbers of the arguments, those in arrays included.
     *
     * @param scalars whether numbers that are arguments themselves count, or arrays only
     */
    public static Numbers of(
            @Nullable Object[] arguments, IntPredicate isActive, IntFunction<String> name, boolean scalars) {
        Numbers numbers = new Numbers();
        for (int i = 0; i < arguments.length; i++) {
            if (isActive.test(i)) {
                numbers.collect(arguments, i, name.apply(i), scalars);
            }
        }
        return numbers;
    }

    /** The numbers of a single value, such as a result. */
    public static Numbers of(@Nullable Object value, String name) {
        return of(new @Nullable Object[] {value}, _ -> true, _ -> name, true);
    }

    private void collect(Object holder, int index, String name, boolean scalars) {
        @Nullable Object value = Array.get(holder, index);
        if (value instanceof Double || value instanceof Float) {
            if (scalars) {
                places.add(new Place(holder, index, name));
            }
        } else if (value != null && value.getClass().isArray() && seen.add(value)) {
            for (int i = 0; i < Array.getLength(value); i++) {
                collect(value, i, name + "[" + i + "]", true);
            }
        }
    }

    public int count() {
        return places.size();
    }

    public String name(int number) {
        return places.get(number).name();
    }

    public double[] get() {
        return places.stream()
                .mapToDouble(place -> ((Number) Array.get(place.array(), place.index())).doubleValue())
                .toArray();
    }

    public void set(double[] values) {
        for (int i = 0; i < values.length; i++) {
            Place place = places.get(i);
            boolean single = Array.get(place.array(), place.index()) instanceof Float;
            Array.set(place.array(), place.index(), single ? (Object) (float) values[i] : (Object) values[i]);
        }
    }
}
