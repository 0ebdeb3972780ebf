package dev.jacobi.runtime.library;

import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** A collector whose parts are seen where it is made; its combiner is not used. */
public final class Folding implements Collector<@Nullable Object, @Nullable Object, @Nullable Object> {
    private final Supplier<@Nullable Object> supplier;
    private final BiConsumer<@Nullable Object, @Nullable Object> accumulator;
    private final Function<@Nullable Object, @Nullable Object> finisher;

    /**
     * @param finisher what makes the result, the identity if the container is the result
     */
    public Folding(
            Supplier<@Nullable Object> supplier,
            BiConsumer<@Nullable Object, @Nullable Object> accumulator,
            Function<@Nullable Object, @Nullable Object> finisher) {
        this.supplier = supplier;
        this.accumulator = accumulator;
        this.finisher = finisher;
    }

    @Override
    public Supplier<@Nullable Object> supplier() {
        return supplier;
    }

    @Override
    public BiConsumer<@Nullable Object, @Nullable Object> accumulator() {
        return accumulator;
    }

    @Override
    public BinaryOperator<@Nullable Object> combiner() {
        throw new UnsupportedOperationException("this collector works in one thread only");
    }

    @Override
    public Function<@Nullable Object, @Nullable Object> finisher() {
        return finisher;
    }

    @Override
    public Set<Characteristics> characteristics() {
        return Set.of();
    }
}
