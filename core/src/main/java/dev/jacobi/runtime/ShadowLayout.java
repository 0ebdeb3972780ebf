package dev.jacobi.runtime;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the shadow of an object keeps what. The shadow is an {@code Object[]}: in slot 0 a {@code double[]} with a number for each field of type
 * {@code double} or {@code float}, null if there is none; then a slot for each field of a reference type that may lead to such
 * numbers. Fields of superclasses come first, so a field has the same place in the shadows of all subclasses.
 *
 * <p>Static fields, integers, strings and other classes that never lead to numbers have no place.
 */
public final class ShadowLayout {
    private static final Set<Class<?>> WITHOUT_NUMBERS = Set.of(
            String.class,
            Class.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Void.class);

    private static final ClassValue<ShadowLayout> LAYOUTS = new ClassValue<>() {
        @Override
        protected ShadowLayout computeValue(Class<?> type) {
            return new ShadowLayout(type);
        }
    };

    private final List<Field> numbers = new ArrayList<>();
    private final List<Field> references = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    /** The layout for objects of a class that is no array, primitive or interface. */
    public static ShadowLayout of(Class<?> type) {
        return LAYOUTS.get(type);
    }

    private ShadowLayout(Class<?> type) {
        List<Class<?>> chain = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            chain.addFirst(each);
        }
        for (Class<?> each : chain) {
            for (Field field : each.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                if (isNumber(field.getType())) {
                    places.put(key(each, field.getName()), numbers.size());
                    numbers.add(field);
                } else if (leadsToNumbers(field.getType())) {
                    places.put(key(each, field.getName()), 1 + references.size());
                    references.add(field);
                }
            }
        }
    }

    /** The fields whose numbers are in slot 0, in order. */
    public List<Field> numbers() {
        return List.copyOf(numbers);
    }

    /** How many of them there are. */
    int numberCount() {
        return numbers.size();
    }

    /** The fields whose shadows are in the slots from 1 on, in order. */
    public List<Field> references() {
        return List.copyOf(references);
    }

    /** The length of the shadow. */
    public int slots() {
        return 1 + references.size();
    }

    /** Whether objects of exactly this class hold nothing that carries derivatives. */
    public boolean isEmpty() {
        return numbers.isEmpty() && references.isEmpty();
    }

    /** The place of a field: among the numbers, if it is one, otherwise its slot; -1 if it has none. */
    public int place(Field field) {
        return places.getOrDefault(key(field.getDeclaringClass(), field.getName()), -1);
    }

    private static String key(Class<?> declaring, String field) {
        return declaring.getName() + " " + field;
    }

    private static boolean isNumber(Class<?> type) {
        return type == double.class || type == float.class;
    }

    /** Whether a reference of this static type may lead to a {@code double} or {@code float}. */
    public static boolean leadsToNumbers(Class<?> type) {
        return leads(type, new HashSet<>());
    }

    private static boolean leads(Class<?> type, Set<Class<?>> seen) {
        if (type.isArray()) {
            Class<?> component = type.getComponentType();
            return isNumber(component) || !component.isPrimitive() && leads(component, seen);
        }
        if (type.isPrimitive() || type.isEnum() || WITHOUT_NUMBERS.contains(type)) {
            return false;
        }
        if (!Modifier.isFinal(type.getModifiers())) {
            return true;
        }
        if (!seen.add(type)) {
            return false;
        }
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                boolean counts = !Modifier.isStatic(field.getModifiers());
                if (counts && (isNumber(field.getType()) || leads(field.getType(), seen))) {
                    return true;
                }
            }
        }
        return false;
    }
}
