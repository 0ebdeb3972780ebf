package dev.jacobi.runtime.library;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;

/** Stands in for methods of {@link List}. */
public final class ListMethods {
    private ListMethods() {}

    public static void sort(List<@Nullable Object> list, @Nullable Comparator<?> comparator) {
        @Nullable Object[] elements = list.toArray();
        ArraysMethods.sort(elements, 0, elements.length, comparator);
        ListIterator<@Nullable Object> iterator = list.listIterator();
        for (@Nullable Object element : elements) {
            iterator.next();
            iterator.set(element);
        }
    }

    /** Removes the first element that is equal. */
    public static boolean remove(List<@Nullable Object> list, @Nullable Object removed) {
        Iterator<@Nullable Object> iterator = list.iterator();
        while (iterator.hasNext()) {
            Object element = iterator.next();
            if (removed == null ? element == null : removed.equals(element)) {
                iterator.remove();
                return true;
            }
        }
        return false;
    }
}
