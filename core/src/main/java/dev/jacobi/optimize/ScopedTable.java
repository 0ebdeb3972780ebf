package dev.jacobi.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table whose entries are undone, back to a mark, when a walk over the dominator tree leaves the blocks they hold in. */
final class ScopedTable {
    private record Undo(Object key, @Nullable Object before) {}

    private final Map<Object, Object> entries = new HashMap<>();
    private final List<Undo> log = new ArrayList<>();

    @Nullable
    Object get(Object key) {
        return entries.get(key);
    }

    boolean contains(Object key) {
        return entries.containsKey(key);
    }

    void put(Object key, Object value) {
        log.add(new Undo(key, entries.put(key, value)));
    }

    int mark() {
        return log.size();
    }

    void undoTo(int mark) {
        while (log.size() > mark) {
            Undo undo = log.removeLast();
            if (undo.before() == null) {
                entries.remove(undo.key());
            } else {
                entries.put(undo.key(), undo.before());
            }
        }
    }
}
