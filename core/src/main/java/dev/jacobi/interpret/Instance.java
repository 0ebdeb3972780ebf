package dev.jacobi.interpret;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object between {@code new} and the end of its constructor. The constructor's handle makes the real one, which then stands for
 * this wherever it is held.
 *
 * <p>Where the constructor was inlined, only that of a superclass is called, and the object stays a table of fields: other code of
 * the function may use its fields, but it cannot be passed to compiled code.
 */
final class Instance {
    private final Class<?> type;
    private final Map<String, Object> fields = new HashMap<>();
    private @Nullable Object object;

    Instance(Class<?> type) {
        this.type = type;
    }

    Class<?> type() {
        return type;
    }

    @Nullable
    Object object() {
        return object;
    }

    void become(Object made) {
        object = made;
    }

    /** The value of a field that was written, {@code otherwise} if it was not. */
    @Nullable
    Object field(String name, @Nullable Object otherwise) {
        return fields.getOrDefault(name, otherwise);
    }

    void setField(String name, @Nullable Object value) {
        fields.put(name, value);
    }
}
