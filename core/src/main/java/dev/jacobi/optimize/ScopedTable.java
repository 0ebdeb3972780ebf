package dev.jacobi.optimize;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table whose entries are undone, back to a mark, when a walk over the dominator tree leaves the blocks they hold in. */
final class ScopedTable {
    /** An entry, and the one that was at the head of its bucket before, which it hides if the keys are equal. */
    private record Entry(
            int hash, Object key, Object value, @Nullable Entry before) {}

    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Entry[] buckets = new @Nullable Entry[64];

    private static int hash(Object key) {
        int hash = key.hashCode();
        return hash ^ hash >>> 16;
    }

    private int bucket(int hash) {
        return hash & buckets.length - 1;
    }

    @Nullable
    Object get(Object key) {
        int hash = hash(key);
        for (Entry entry = buckets[bucket(hash)]; entry != null; entry = entry.before()) {
            if (entry.hash() == hash && entry.key().equals(key)) {
                return entry.value();
            }
        }
        return null;
    }

    boolean contains(Object key) {
        return get(key) != null;
    }

    void put(Object key, Object value) {
        if (entries.size() == buckets.length) {
            grow();
        }
        int hash = hash(key);
        entries.add(chain(hash, key, value));
    }

    private Entry chain(int hash, Object key, Object value) {
        int bucket = bucket(hash);
        Entry entry = new Entry(hash, key, value, buckets[bucket]);
        buckets[bucket] = entry;
        return entry;
    }

    private void grow() {
        buckets = new @Nullable Entry[2 * buckets.length];
        entries.replaceAll(entry -> chain(entry.hash(), entry.key(), entry.value()));
    }

    int mark() {
        return entries.size();
    }

    void undoTo(int mark) {
        while (entries.size() > mark) {
            Entry last = entries.removeLast();
            buckets[bucket(last.hash())] = last.before();
        }
    }
}
