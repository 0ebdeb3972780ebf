package dev.jacobi.runtime;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The shadow of a map: the shadows of its values by its keys. Iteration follows the map itself, whatever its order. */
final class MapShadow {
    private final Map<?, ?> primal;
    private final @Nullable Object[] keys;
    private final Map<@Nullable Object, @Nullable Object> values;

    MapShadow(Map<?, ?> primal) {
        this.primal = primal;
        this.keys = primal.keySet().toArray();
        this.values = primal instanceof SortedMap<?, ?> sorted ? sorted(sorted) : new HashMap<>();
    }

    @SuppressWarnings("unchecked") // compares the keys of the map
    private static Map<@Nullable Object, @Nullable Object> sorted(SortedMap<?, ?> primal) {
        return new TreeMap<>(((SortedMap<Object, ?>) primal).comparator());
    }

    /** The keys that the map had when the shadow was made. */
    @Nullable
    Object[] keys() {
        return keys;
    }

    Map<?, ?> primal() {
        return primal;
    }

    @Nullable
    Object get(@Nullable Object key) {
        return values.get(key);
    }

    @Nullable
    Object getOr(@Nullable Object key, @Nullable Object other) {
        return values.getOrDefault(key, other);
    }

    @Nullable
    Object put(@Nullable Object key, @Nullable Object value) {
        return values.put(key, value);
    }

    @Nullable
    Object remove(@Nullable Object key) {
        return values.remove(key);
    }

    void clear() {
        values.clear();
    }

    void putAll(MapShadow other) {
        values.putAll(other.values);
    }

    View entries() {
        return new View(this, true);
    }

    View values() {
        return new View(this, false);
    }

    /** The shadow of an entry. */
    record Entry(MapShadow map, @Nullable Object key) {}

    /** The shadow of the values, or of the entries. */
    record View(MapShadow map, boolean entries) {
        Iterator<@Nullable Object> iterator() {
            Iterator<?> keys = map.primal.keySet().iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return keys.hasNext();
                }

                @Override
                public @Nullable Object next() {
                    Object key = keys.next();
                    return entries ? new Entry(map, key) : map.get(key);
                }
            };
        }
    }
}
