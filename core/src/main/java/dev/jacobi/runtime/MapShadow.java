package dev.jacobi.runtime;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shadow of a map: the shadows of its values by its keys. Iteration follows the map itself, whatever its order; so do copies, since keys that were
 * removed from the map by its views may still have a shadow here.
 */
final class MapShadow {
    private final Map<?, ?> primal;
    private final @Nullable Object[] keys;
    private final Map<@Nullable Object, @Nullable Object> values;
    private final boolean whole;

    MapShadow(Map<?, ?> primal) {
        this(primal, newMap(primal), true);
    }

    private MapShadow(Map<?, ?> primal, Map<@Nullable Object, @Nullable Object> values, boolean whole) {
        this.whole = whole;
        this.primal = primal;
        this.keys = primal.keySet().toArray();
        this.values = values;
    }

    @SuppressWarnings("unchecked") // compares the keys of the map
    private static Map<@Nullable Object, @Nullable Object> newMap(Map<?, ?> primal) {
        return switch (primal) {
            case SortedMap<?, ?> sorted -> new TreeMap<>(((SortedMap<Object, ?>) sorted).comparator());
            case IdentityHashMap<?, ?> _ -> new IdentityHashMap<>();
            default -> new HashMap<>();
        };
    }

    /** The shadow of a map that shows a part of this one, or it in another order. */
    MapShadow part(Map<?, ?> part) {
        return new MapShadow(part, values, false);
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
    Object put(@Nullable Object key, @Nullable Object value) {
        return values.put(key, value);
    }

    @Nullable
    Object remove(@Nullable Object key) {
        return values.remove(key);
    }

    void clear() {
        if (whole) {
            values.clear();
        }
    }

    void putAll(MapShadow other) {
        other.primal.keySet().forEach(key -> values.put(key, other.values.get(key)));
    }

    View entries() {
        return new View(this, true);
    }

    View values() {
        return new View(this, false);
    }

    /** The shadow of an entry, of the map itself or of what it was at one time. */
    sealed interface Entry {
        @Nullable
        Object value();

        /** An entry that shows the map. */
        record Live(MapShadow map, @Nullable Object key) implements Entry {
            @Override
            public @Nullable Object value() {
                return map.get(key);
            }
        }

        /** An entry that stays as it is. */
        record Fixed(@Nullable Object value) implements Entry {}
    }

    /** The shadow of the values, or of the entries. */
    record View(MapShadow map, boolean entries) {
        /** Takes its own steps, since the map may be changed by its own iterator. */
        Iterator<@Nullable Object> iterator() {
            @Nullable Object[] keys = map.primal.keySet().toArray();
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < keys.length;
                }

                @Override
                public @Nullable Object next() {
                    Object key = keys[next++];
                    return entries ? new Entry.Live(map, key) : map.get(key);
                }

                @Override
                public void remove() {
                    map.remove(keys[next - 1]);
                }
            };
        }
    }
}
