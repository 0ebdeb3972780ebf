package dev.jacobi.compile;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a value when it is asked for first, once for all threads. */
final class Once<V> implements Supplier<V> {
    private final Supplier<V> maker;
    private volatile @Nullable V made;

    Once(Supplier<V> maker) {
        this.maker = maker;
    }

    @Override
    public V get() {
        V known = made;
        if (known == null) {
            synchronized (this) {
                known = made;
                if (known == null) {
                    known = maker.get();
                    made = known;
                }
            }
        }
        return known;
    }
}
