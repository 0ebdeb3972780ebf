package dev.jacobi.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** How the fields of the objects of one class are read and written, and how new objects are made, with the rights of a lookup. */
final class FieldAccess {
    private final Class<?> type;
    private final Lookup lookup;
    private final ShadowLayout layout;
    private final Map<Field, VarHandle> handles = new HashMap<>();
    private final boolean opaque;

    FieldAccess(Class<?> type, Lookup lookup) {
        this.type = type;
        this.lookup = lookup;
        this.layout = ShadowLayout.of(type);
        for (Field field : instanceFields(type)) {
            VarHandle handle = handle(field);
            if (handle != null) {
                handles.put(field, handle);
            }
        }
        this.opaque = type.isHidden() || type == Random.class;
    }

    ShadowLayout layout() {
        return layout;
    }

    /** Whether nothing in the object counts as differentiated: what a lambda captured, the state of random numbers. */
    boolean isOpaque() {
        return opaque;
    }

    /** A number, or array of numbers, that may not be read; null if there is none. */
    @Nullable
    Field unreadable() {
        if (opaque) {
            return null;
        }
        for (Field field : layout.numbers()) {
            if (!handles.containsKey(field)) {
                return field;
            }
        }
        for (Field field : layout.references()) {
            if (!handles.containsKey(field) && isNumbers(field.getType())) {
                return field;
            }
        }
        return null;
    }

    private static boolean isNumbers(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element == double.class || element == float.class;
    }

    /** The value of a field, null if it may not be read. */
    @Nullable
    Object get(Field field, Object object) {
        VarHandle handle = handles.get(field);
        return handle == null ? null : handle.get(object);
    }

    double number(Field field, Object object) {
        Object value = get(field, object);
        return value == null ? 0 : ((Number) value).doubleValue();
    }

    /** Whether the field can be written. */
    boolean isWritable(Field field) {
        VarHandle handle = handles.get(field);
        return handle != null && handle.isAccessModeSupported(VarHandle.AccessMode.SET);
    }

    void set(Field field, Object object, @Nullable Object value) {
        VarHandle handle = handles.get(field);
        if (handle != null) {
            handle.set(object, value);
        }
    }

    void setNumber(Field field, Object object, double number) {
        set(field, object, numberFor(field, number));
    }

    /** The number as the field holds it, boxed. */
    static Object numberFor(Field field, double number) {
        if (field.getType() == float.class) {
            return (float) number;
        }
        return number;
    }

    /** All fields of the object, those of superclasses first. */
    List<Field> fields() {
        return instanceFields(type);
    }

    private static List<Field> instanceFields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            List<Field> declared = Arrays.stream(each.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .toList();
            fields.addAll(0, declared);
        }
        return fields;
    }

    private @Nullable VarHandle handle(Field field) {
        try {
            return MethodHandles.privateLookupIn(field.getDeclaringClass(), lookup)
                    .unreflectVarHandle(field);
        } catch (IllegalAccessException _) {
            try {
                return lookup.unreflectVarHandle(field);
            } catch (IllegalAccessException _) {
                return null;
            }
        }
    }

    /** The canonical constructor of a record, or null. */
    @Nullable
    MethodHandle canonicalConstructor() {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return constructor(types);
    }

    /** The constructor without parameters, or null. */
    @Nullable
    MethodHandle defaultConstructor() {
        return constructor();
    }

    private @Nullable MethodHandle constructor(Class<?>... types) {
        try {
            return MethodHandles.privateLookupIn(type, lookup)
                    .findConstructor(type, MethodType.methodType(void.class, types));
        } catch (NoSuchMethodException | IllegalAccessException _) {
            return null;
        }
    }
}
