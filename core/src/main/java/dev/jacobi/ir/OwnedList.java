package dev.jacobi.ir;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.RandomAccess;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A list that only its owner in this package changes; to all others it is one that cannot be changed. Unlike a view of an
 * {@link java.util.ArrayList} it is walked without a second iterator behind the first, which is noticed: passes do little else.
 */
final class OwnedList<T> extends AbstractList<T> implements RandomAccess {
    private @Nullable Object[] elements = new Object[8];
    private int size;

    void append(T element) {
        insertAt(size, element);
    }

    void insertAt(int index, T element) {
        modCount++;
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, 2 * size);
        }
        System.arraycopy(elements, index, elements, index + 1, size - index);
        elements[index] = element;
        size++;
    }

    void appendAll(Collection<? extends T> more) {
        for (T element : more) {
            append(element);
        }
    }

    T takeAt(int index) {
        T taken = get(index);
        modCount++;
        System.arraycopy(elements, index + 1, elements, index, size - index - 1);
        elements[--size] = null;
        return taken;
    }

    /** Keeps those that pass the test, which is made once for each in order; whether any went. */
    boolean keep(Predicate<? super T> kept) {
        int count = 0;
        for (int index = 0; index < size; index++) {
            T element = at(index);
            if (kept.test(element)) {
                elements[count++] = element;
            }
        }
        if (count == size) {
            return false;
        }
        modCount++;
        Arrays.fill(elements, count, size, null);
        size = count;
        return true;
    }

    void empty() {
        modCount++;
        Arrays.fill(elements, 0, size, null);
        size = 0;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the elements below the size are such
    private T at(int index) {
        return (T) elements[index];
    }

    @Override
    public T get(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException("%d of %d".formatted(index, size));
        }
        return at(index);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int indexOf(@Nullable Object element) {
        for (int index = 0; index < size; index++) {
            if (at(index).equals(element)) {
                return index;
            }
        }
        return -1;
    }

    @Override
    public Object[] toArray() {
        return Arrays.copyOf(elements, size, Object[].class);
    }

    @Override
    public void forEach(Consumer<? super T> action) {
        int expected = modCount;
        for (int index = 0; index < size; index++) {
            action.accept(at(index));
            check(expected);
        }
    }

    private void check(int expected) {
        if (modCount != expected) {
            throw new ConcurrentModificationException();
        }
    }

    @Override
    public Iterator<T> iterator() {
        return new Walk();
    }

    private final class Walk implements Iterator<T> {
        private final int expected = modCount;
        private int next;

        @Override
        public boolean hasNext() {
            return next != size;
        }

        @Override
        public T next() {
            check(expected);
            if (next >= size) {
                throw new NoSuchElementException();
            }
            return at(next++);
        }
    }
}
