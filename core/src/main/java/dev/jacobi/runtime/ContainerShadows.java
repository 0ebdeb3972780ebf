package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: what is done with the shadow of a collection after the same was done with the collection. The shadow of a list or
 * queue is a list of the shadows of its elements, null for those without; that of a map is a {@link MapShadow}. Where a collection has no
 * shadow, nothing is done.
 */
public final class ContainerShadows {
    private ContainerShadows() {}

    public static Object newList() {
        return new ArrayList<@Nullable Object>();
    }

    public static Object newList(@Nullable Object elements) {
        List<@Nullable Object> list = new ArrayList<>();
        addAll(list, elements);
        return list;
    }

    public static Object newMap(Object primal) {
        return new MapShadow((Map<?, ?>) primal);
    }

    public static Object newMap(@Nullable Object elements, Object primal) {
        MapShadow map = new MapShadow((Map<?, ?>) primal);
        putAll(map, elements);
        return map;
    }

    /** A list of the elements of an array of shadows. */
    public static Object newListOf(@Nullable Object array) {
        return array == null
                ? new ArrayList<@Nullable Object>()
                : new ArrayList<>(Arrays.asList((@Nullable Object[]) array));
    }

    /** The list over an array of shadows. */
    public static @Nullable Object listOf(@Nullable Object array) {
        return array == null ? null : Arrays.asList((@Nullable Object[]) array);
    }

    public static Object listOf1(@Nullable Object one) {
        return Arrays.<@Nullable Object>asList(one);
    }

    public static Object listOf(@Nullable Object one, @Nullable Object two) {
        return Arrays.<@Nullable Object>asList(one, two);
    }

    public static Object listOf(@Nullable Object one, @Nullable Object two, @Nullable Object three) {
        return Arrays.<@Nullable Object>asList(one, two, three);
    }

    public static Object listOf(
            @Nullable Object one, @Nullable Object two, @Nullable Object three, @Nullable Object four) {
        return Arrays.<@Nullable Object>asList(one, two, three, four);
    }

    @SuppressWarnings("unchecked") // shadows of lists are made here
    private static List<@Nullable Object> list(Object shadow) {
        if (shadow instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw unknown(shadow);
    }

    private static MapShadow map(Object shadow) {
        if (shadow instanceof MapShadow map) {
            return map;
        }
        throw unknown(shadow);
    }

    private static JacobiException unknown(Object shadow) {
        return new JacobiException(
                Refusal.UNSUPPORTED_CALL,
                "cannot compute the derivative: a collection that carries derivatives is of a class that is not one of java.util"
                        + (shadow instanceof Object[]
                                ? ""
                                : " (" + shadow.getClass().getName() + ")"),
                null);
    }

    public static void addLast(@Nullable Object shadow, @Nullable Object element) {
        if (shadow != null) {
            list(shadow).addLast(element);
        }
    }

    public static void addFirst(@Nullable Object shadow, @Nullable Object element) {
        if (shadow != null) {
            list(shadow).addFirst(element);
        }
    }

    public static void add(@Nullable Object shadow, int index, @Nullable Object element) {
        if (shadow != null) {
            list(shadow).add(index, element);
        }
    }

    /** Adds the elements of a list, or of the values of a map. */
    public static void addAll(@Nullable Object shadow, @Nullable Object elements) {
        if (shadow != null && elements != null) {
            Iterator<@Nullable Object> each = each(elements);
            while (each.hasNext()) {
                list(shadow).add(each.next());
            }
        }
    }

    private static Iterator<@Nullable Object> each(Object shadow) {
        return switch (shadow) {
            case MapShadow.View view -> view.iterator();
            case List<?> _ -> list(shadow).iterator();
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object set(@Nullable Object shadow, int index, @Nullable Object element) {
        return shadow == null ? null : list(shadow).set(index, element);
    }

    public static @Nullable Object get(@Nullable Object shadow, int index) {
        return shadow == null ? null : list(shadow).get(index);
    }

    public static @Nullable Object remove(@Nullable Object shadow, int index) {
        return shadow == null ? null : list(shadow).remove(index);
    }

    public static void clear(@Nullable Object shadow) {
        if (shadow != null) {
            list(shadow).clear();
        }
    }

    public static @Nullable Object removeFirst(@Nullable Object shadow) {
        return shadow == null || list(shadow).isEmpty() ? null : list(shadow).removeFirst();
    }

    public static @Nullable Object removeLast(@Nullable Object shadow) {
        return shadow == null || list(shadow).isEmpty() ? null : list(shadow).removeLast();
    }

    public static @Nullable Object getFirst(@Nullable Object shadow) {
        return shadow == null || list(shadow).isEmpty() ? null : list(shadow).getFirst();
    }

    public static @Nullable Object getLast(@Nullable Object shadow) {
        return shadow == null || list(shadow).isEmpty() ? null : list(shadow).getLast();
    }

    public static @Nullable Object subList(@Nullable Object shadow, int from, int to) {
        return shadow == null ? null : list(shadow).subList(from, to);
    }

    public static @Nullable Object iterator(@Nullable Object shadow) {
        return shadow == null ? null : each(shadow);
    }

    public static @Nullable Object next(@Nullable Object shadow) {
        return switch (shadow) {
            case null -> null;
            case Iterator<?> iterator -> iterator.next();
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object put(@Nullable Object shadow, @Nullable Object key, @Nullable Object value) {
        return shadow == null ? null : map(shadow).put(key, value);
    }

    /** @param before what the map held for the key */
    public static @Nullable Object putIfAbsent(
            @Nullable Object shadow, @Nullable Object key, @Nullable Object value, @Nullable Object before) {
        if (shadow == null) {
            return null;
        }
        return before == null ? map(shadow).put(key, value) : map(shadow).get(key);
    }

    public static @Nullable Object value(@Nullable Object shadow, @Nullable Object key) {
        return shadow == null ? null : map(shadow).get(key);
    }

    public static @Nullable Object valueOr(
            @Nullable Object shadow, @Nullable Object key, @Nullable Object other, Object primal) {
        if (shadow == null) {
            return ((Map<?, ?>) primal).containsKey(key) ? null : other;
        }
        return map(shadow).getOr(key, other);
    }

    public static @Nullable Object removeKey(@Nullable Object shadow, @Nullable Object key) {
        return shadow == null ? null : map(shadow).remove(key);
    }

    public static void clearMap(@Nullable Object shadow) {
        if (shadow != null) {
            map(shadow).clear();
        }
    }

    public static void putAll(@Nullable Object shadow, @Nullable Object other) {
        if (shadow != null && other != null) {
            map(shadow).putAll(map(other));
        }
    }

    public static @Nullable Object entries(@Nullable Object shadow) {
        return shadow == null ? null : map(shadow).entries();
    }

    public static @Nullable Object values(@Nullable Object shadow) {
        return shadow == null ? null : map(shadow).values();
    }

    public static @Nullable Object entryValue(@Nullable Object shadow) {
        return switch (shadow) {
            case null -> null;
            case MapShadow.Entry entry -> entry.map().get(entry.key());
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object setEntryValue(@Nullable Object shadow, @Nullable Object value) {
        return switch (shadow) {
            case null -> null;
            case MapShadow.Entry entry -> entry.map().put(entry.key(), value);
            default -> throw unknown(shadow);
        };
    }
}
