package dev.jacobi.ir;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something for values of one function, by their numbers: faster than a hash table where many of the values have something.
 *
 * @param <T> what there is for a value
 */
public final class ValueMap<T> {
    private @Nullable Object[] found = new Object[64];
    private boolean isEmpty = true;

    /** What there is for the value, or null. */
    @SuppressWarnings("unchecked") // only put stores
    public @Nullable T get(Value value) {
        return value.id() < found.length ? (T) found[value.id()] : null;
    }

    public T getOrDefault(Value value, T otherwise) {
        T known = get(value);
        return known == null ? otherwise : known;
    }

    public boolean containsKey(Value value) {
        return get(value) != null;
    }

    /** Whether nothing was put here. */
    public boolean isEmpty() {
        return isEmpty;
    }

    public void put(Value value, T other) {
        int id = value.id();
        if (id >= found.length) {
            found = Arrays.copyOf(found, Math.max(id + 1, 2 * found.length));
        }
        found[id] = other;
        isEmpty = false;
    }

    public T computeIfAbsent(Value value, Function<Value, T> make) {
        T known = get(value);
        if (known == null) {
            known = make.apply(value);
            put(value, known);
        }
        return known;
    }
}
