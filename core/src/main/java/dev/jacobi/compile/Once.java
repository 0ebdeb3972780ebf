package dev.jacobi.compile;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first needed, once. Thread-safe. */
final class Once<T> implements Supplier<T> {
    private final Supplier<T> make;
    private volatile @Nullable T made;

    Once(Supplier<T> make) {
        this.make = make;
    }

    @Override
    public T get() {
        T present = made;
        return present != null ? present : make();
    }

    private synchronized T make() {
        T present = made;
        if (present == null) {
            present = make.get();
            made = present;
        }
        return present;
    }
}
