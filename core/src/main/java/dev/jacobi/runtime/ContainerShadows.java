package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: what is done with the shadow of a collection after the same was done with the collection. The shadow of a list or
 * queue is a list of the shadows of its elements, null for those without, and so is that of an optional; that of a set or a queue by
 * priority is a {@link SetShadow}, that of a map a {@link MapShadow}. Where a collection has no shadow, nothing is done. {@link NewContainerShadows} makes them.
 */
public final class ContainerShadows {
    private ContainerShadows() {}

    public static @Nullable Object same(@Nullable Object shadow) {
        return shadow;
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

    public static void addLast(@Nullable Object shadow, @Nullable Object element, @Nullable Object added) {
        switch (shadow) {
            case null -> {}
            case SetShadow set -> set.add(element, added);
            default -> list(shadow).addLast(added);
        }
    }

    /** Onto a stack, which gives what is pushed. */
    public static @Nullable Object push(@Nullable Object shadow, @Nullable Object added) {
        if (shadow != null) {
            list(shadow).addLast(added);
        }
        return added;
    }

    public static void addFirst(@Nullable Object shadow, @Nullable Object added) {
        if (shadow != null) {
            list(shadow).addFirst(added);
        }
    }

    public static void add(@Nullable Object shadow, int index, @Nullable Object added) {
        if (shadow != null) {
            list(shadow).add(index, added);
        }
    }

    /** Adds the elements of a collection, or of the values of a map. */
    public static void addAll(@Nullable Object shadow, Object elements, @Nullable Object added) {
        if (shadow == null) {
            return;
        }
        if (added == shadow) {
            // The elements may be there twice by now.
            if (!(shadow instanceof SetShadow)) {
                list(shadow).addAll(new ArrayList<>(list(shadow)));
            }
        } else {
            Iterator<@Nullable Object> shadows = added == null ? null : each(added);
            for (Object element : (Collection<?>) elements) {
                addLast(shadow, element, shadows == null ? null : shadows.next());
            }
        }
    }

    public static void addAll(@Nullable Object shadow, int index, Object elements, @Nullable Object added) {
        if (shadow != null) {
            List<@Nullable Object> all = new ArrayList<>();
            if (added == shadow) {
                all.addAll(list(shadow));
            } else {
                addAll(all, elements, added);
            }
            list(shadow).addAll(index, all);
        }
    }

    static Iterator<@Nullable Object> each(Object shadow) {
        return switch (shadow) {
            case MapShadow.View view -> view.iterator();
            case SetShadow set -> set.iterator();
            default -> list(shadow).iterator();
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
        switch (shadow) {
            case null -> {}
            case SetShadow _ -> {}
            case MapShadow.View view -> view.map().clear();
            default -> list(shadow).clear();
        }
    }

    /** Elements of sets are found by themselves. */
    public static void removeFromSet(@Nullable Object shadow) {
        if (shadow != null && !(shadow instanceof SetShadow)) {
            throw unknown(shadow);
        }
    }

    /** @param removed the element itself, null if there is none */
    public static @Nullable Object removeFirst(@Nullable Object shadow, @Nullable Object removed) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(removed);
            default -> list(shadow).isEmpty() ? null : list(shadow).removeFirst();
        };
    }

    public static @Nullable Object removeLast(@Nullable Object shadow, @Nullable Object removed) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(removed);
            default -> list(shadow).isEmpty() ? null : list(shadow).removeLast();
        };
    }

    public static @Nullable Object getFirst(@Nullable Object shadow, @Nullable Object first) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(first);
            default -> list(shadow).isEmpty() ? null : list(shadow).getFirst();
        };
    }

    public static @Nullable Object getLast(@Nullable Object shadow, @Nullable Object last) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(last);
            default -> list(shadow).isEmpty() ? null : list(shadow).getLast();
        };
    }

    /** The shadow of an element of a set. */
    public static @Nullable Object element(@Nullable Object shadow, @Nullable Object found) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(found);
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object part(@Nullable Object shadow, Object part) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.part((Collection<?>) part);
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object reversed(@Nullable Object shadow, Object reversed) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.part((Collection<?>) reversed);
            default -> list(shadow).reversed();
        };
    }

    /** @param elements the array of the elements themselves */
    public static @Nullable Object[] toArray(@Nullable Object shadow, Object elements) {
        @Nullable Object[] shadows = new Object[((Object[]) elements).length];
        if (shadow != null) {
            Iterator<@Nullable Object> each = each(shadow);
            for (int i = 0; i < shadows.length; i++) {
                shadows[i] = each.next();
            }
        }
        return shadows;
    }

    public static @Nullable Object subList(@Nullable Object shadow, int from, int to) {
        return shadow == null ? null : list(shadow).subList(from, to);
    }

    public static @Nullable Object iterator(@Nullable Object shadow) {
        return shadow == null || shadow instanceof SetShadow ? shadow : each(shadow);
    }

    public static @Nullable Object listIterator(@Nullable Object shadow) {
        return shadow == null ? null : list(shadow).listIterator();
    }

    public static @Nullable Object listIterator(@Nullable Object shadow, int index) {
        return shadow == null ? null : list(shadow).listIterator(index);
    }

    public static @Nullable Object next(@Nullable Object shadow, @Nullable Object next) {
        return switch (shadow) {
            case null -> null;
            case SetShadow set -> set.get(next);
            case Iterator<?> iterator -> iterator.next();
            default -> throw unknown(shadow);
        };
    }

    @SuppressWarnings("unchecked") // iterators of shadows are made here
    private static ListIterator<@Nullable Object> listIteratorOf(Object shadow) {
        if (shadow instanceof ListIterator<?> iterator) {
            return (ListIterator<@Nullable Object>) iterator;
        }
        throw unknown(shadow);
    }

    public static @Nullable Object previous(@Nullable Object shadow) {
        return shadow == null ? null : listIteratorOf(shadow).previous();
    }

    public static void removeCurrent(@Nullable Object shadow) {
        switch (shadow) {
            case null -> {}
            case SetShadow _ -> {}
            case Iterator<?> iterator -> iterator.remove();
            default -> throw unknown(shadow);
        }
    }

    public static void setCurrent(@Nullable Object shadow, @Nullable Object element) {
        if (shadow != null) {
            listIteratorOf(shadow).set(element);
        }
    }

    public static void addCurrent(@Nullable Object shadow, @Nullable Object element) {
        if (shadow != null) {
            listIteratorOf(shadow).add(element);
        }
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
        if (!((Map<?, ?>) primal).containsKey(key)) {
            return other;
        }
        return shadow == null ? null : map(shadow).get(key);
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

    public static @Nullable Object partOfMap(@Nullable Object shadow, Object part) {
        return shadow == null ? null : map(shadow).part((Map<?, ?>) part);
    }

    /** @param entry an entry that does not change with the map */
    public static @Nullable Object entry(@Nullable Object shadow, @Nullable Object entry) {
        return shadow == null || entry == null
                ? null
                : new MapShadow.Entry.Fixed(map(shadow).get(((Map.Entry<?, ?>) entry).getKey()));
    }

    public static @Nullable Object removeEntry(@Nullable Object shadow, @Nullable Object entry) {
        return shadow == null || entry == null
                ? null
                : new MapShadow.Entry.Fixed(map(shadow).remove(((Map.Entry<?, ?>) entry).getKey()));
    }

    public static @Nullable Object entryValue(@Nullable Object shadow) {
        return switch (shadow) {
            case null -> null;
            case MapShadow.Entry entry -> entry.value();
            default -> throw unknown(shadow);
        };
    }

    public static @Nullable Object setEntryValue(@Nullable Object shadow, @Nullable Object value) {
        return switch (shadow) {
            case null -> null;
            case MapShadow.Entry.Live entry -> entry.map().put(entry.key(), value);
            default -> throw unknown(shadow);
        };
    }

    /** The shadow of the cause of an exception. */
    public static @Nullable Object cause(@Nullable Object shadow, Object exception, @Nullable Object cause) {
        return shadow == null || cause == null ? null : ((Object[]) shadow)[ExceptionShadows.cause(exception)];
    }

    public static @Nullable Object setCause(@Nullable Object shadow, @Nullable Object cause) {
        causedBy(shadow, cause);
        return shadow;
    }

    public static void causedBy(@Nullable Object shadow, @Nullable Object cause) {
        if (shadow != null) {
            ((Object[]) shadow)[ExceptionShadows.CAUSE] = cause;
        }
    }

    public static void addSuppressed(@Nullable Object shadow, @Nullable Object suppressed) {
        if (shadow != null) {
            ExceptionShadows.suppressed((Object[]) shadow).add(suppressed);
        }
    }

    /** The shadows of the exceptions that were suppressed; an exception may have kept none of them. */
    public static @Nullable Object[] suppressed(@Nullable Object shadow, Object exceptions) {
        int length = ((Object[]) exceptions).length;
        return shadow == null
                ? new Object[length]
                : Arrays.copyOf(ExceptionShadows.suppressed((Object[]) shadow).toArray(), length);
    }
}
