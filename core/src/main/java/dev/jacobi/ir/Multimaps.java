package dev.jacobi.ir;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tables with several values for a key. */
public final class Multimaps {
    private Multimaps() {}

    /** The values for a key, to which more can be added. */
    public static <K, V> List<V> list(Map<K, List<V>> table, K key) {
        List<V> values = table.get(key);
        if (values == null) {
            values = new ArrayList<>(2);
            table.put(key, values);
        }
        return values;
    }

    /** The values for a key in the order in which they came, to which more can be added. */
    public static <K, V> Set<V> set(Map<K, Set<V>> table, K key) {
        Set<V> values = table.get(key);
        if (values == null) {
            values = new LinkedHashSet<>();
            table.put(key, values);
        }
        return values;
    }

    /** The values for a key, to which more can be added. */
    public static <V> List<V> list(ValueMap<List<V>> table, Value key) {
        List<V> values = table.get(key);
        if (values == null) {
            values = new ArrayList<>(2);
            table.put(key, values);
        }
        return values;
    }

    /** The values for a key in the order in which they came, to which more can be added. */
    public static <V> Set<V> set(ValueMap<Set<V>> table, Value key) {
        Set<V> values = table.get(key);
        if (values == null) {
            values = new LinkedHashSet<>();
            table.put(key, values);
        }
        return values;
    }
}
