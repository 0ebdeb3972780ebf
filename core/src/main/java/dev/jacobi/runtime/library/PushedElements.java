package dev.jacobi.runtime.library;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What the function of a {@code mapMulti} pushes for one element, kept until it returns. An exception of the function comes after what it has pushed before, so
 * it is kept as well, for {@link #end}.
 */
public abstract class PushedElements {
    private int size;
    private @Nullable Throwable thrown;

    private PushedElements() {}

    public final int size() {
        return size;
    }

    /** Counts one more element and gives its place. */
    final int next() {
        return size++;
    }

    final void threw(Throwable exception) {
        thrown = exception;
    }

    /** Throws what the function has thrown. */
    public final void end() {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    public static OfObjects objects(BiConsumer<@Nullable Object, Object> function, @Nullable Object element) {
        OfObjects pushed = new OfObjects();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfDoubles doubles(BiConsumer<@Nullable Object, Object> function, @Nullable Object element) {
        OfDoubles pushed = new OfDoubles();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfDoubles doubles(DoubleStream.DoubleMapMultiConsumer function, double element) {
        OfDoubles pushed = new OfDoubles();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfInts ints(BiConsumer<@Nullable Object, Object> function, @Nullable Object element) {
        OfInts pushed = new OfInts();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfInts ints(IntStream.IntMapMultiConsumer function, int element) {
        OfInts pushed = new OfInts();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfLongs longs(BiConsumer<@Nullable Object, Object> function, @Nullable Object element) {
        OfLongs pushed = new OfLongs();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    public static OfLongs longs(LongStream.LongMapMultiConsumer function, long element) {
        OfLongs pushed = new OfLongs();
        try {
            function.accept(element, pushed);
        } catch (RuntimeException | Error exception) {
            pushed.threw(exception);
        }
        return pushed;
    }

    /** Objects. */
    public static final class OfObjects extends PushedElements implements Consumer<@Nullable Object> {
        private final List<@Nullable Object> elements = new ArrayList<>();

        private OfObjects() {}

        @Override
        public void accept(@Nullable Object element) {
            next();
            elements.add(element);
        }

        public @Nullable Object get(int index) {
            return elements.get(index);
        }
    }

    /** Doubles. */
    public static final class OfDoubles extends PushedElements implements DoubleConsumer {
        private double[] elements = new double[4];

        private OfDoubles() {}

        @Override
        public void accept(double element) {
            int place = next();
            elements = StreamMethods.room(elements, place);
            elements[place] = element;
        }

        public double get(int index) {
            return elements[index];
        }
    }

    /** Ints. */
    public static final class OfInts extends PushedElements implements IntConsumer {
        private int[] elements = new int[4];

        private OfInts() {}

        @Override
        public void accept(int element) {
            int place = next();
            elements = StreamMethods.room(elements, place);
            elements[place] = element;
        }

        public int get(int index) {
            return elements[index];
        }
    }

    /** Longs. */
    public static final class OfLongs extends PushedElements implements LongConsumer {
        private long[] elements = new long[4];

        private OfLongs() {}

        @Override
        public void accept(long element) {
            int place = next();
            elements = StreamMethods.room(elements, place);
            elements[place] = element;
        }

        public long get(int index) {
            return elements[index];
        }
    }
}
