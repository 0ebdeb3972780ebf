package dev.jacobi.batch;

import dev.jacobi.Axis;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What must be so of the rows of examples that go in step. */
final class Rows {
    /** Bits of an unlikely number, in a float, a double, an int or a long. */
    private static final long MARK = 0x7A3C5D91_5D910000L;

    private Rows() {}

    /** How many examples from {@code from} on have rows of the given lengths. */
    static int alike(@Nullable Object[] arguments, List<Integer> arrays, int[] lengths, int from, int size) {
        int same = size;
        for (int index : arrays) {
            Object[] rows = (Object[]) Objects.requireNonNull(arguments[index]);
            int length = lengths[index];
            int example = 0;
            if (rows instanceof double[][] numbers) {
                while (example < same && numbers[from + example] != null && numbers[from + example].length == length) {
                    example++;
                }
            } else {
                while (example < same && rows[from + example] != null && Array.getLength(rows[from + example]) == length) {
                    example++;
                }
            }
            same = example;
        }
        return same;
    }

    /**
     * How many examples from {@code from} on have rows that are no other argument's, and rows to be written that are no row of another example.
     *
     * <p>Whether one of many rows is there twice is seen when all of those that will be written have a mark of their own in their first element, for a moment.
     */
    static int apart(
            BatchSignature signature,
            @Nullable Object[] arguments,
            List<Integer> arrays,
            List<Integer> written,
            int from,
            int size) {
        int apart = size;
        for (int example = 0; example < apart; example++) {
            if (isShared(signature, arguments, arrays, from + example)) {
                apart = example;
            }
        }
        if (written.isEmpty() || apart == 0) {
            return apart;
        }
        int marks = apart * written.size();
        long[] before = new long[marks];
        for (int mark = 0; mark < marks; mark++) {
            before[mark] = swap(rows(arguments, written, mark / apart)[from + mark % apart], MARK + mark);
        }
        int differing = apart;
        for (int mark = 0; mark < marks; mark++) {
            Object row = rows(arguments, written, mark / apart)[from + mark % apart];
            if (Array.getLength(row) > 0 && first(row) != (int) (MARK + mark)) {
                differing = Math.min(differing, mark % apart);
            }
        }
        for (int index : arrays) {
            Object[] rows = (Object[]) Objects.requireNonNull(arguments[index]);
            for (int example = 0; example < differing && !written.contains(index); example++) {
                if (isMarked(rows[from + example], marks)) {
                    differing = example;
                }
            }
        }
        for (int index = 0; index < signature.axes().size(); index++) {
            Object argument = arguments[index];
            if (signature.axes().get(index) != Axis.EACH && argument != null && isMarked(argument, marks)) {
                differing = 0;
            }
        }
        for (int mark = marks - 1; mark >= 0; mark--) {
            swap(rows(arguments, written, mark / apart)[from + mark % apart], before[mark]);
        }
        return differing;
    }

    private static Object[] rows(@Nullable Object[] arguments, List<Integer> written, int number) {
        return (Object[]) Objects.requireNonNull(arguments[written.get(number)]);
    }

    /** Whether an example has a row that another of its arguments is. */
    private static boolean isShared(
            BatchSignature signature, @Nullable Object[] arguments, List<Integer> arrays, int example) {
        for (int index : arrays) {
            Object row = ((Object[]) Objects.requireNonNull(arguments[index]))[example];
            for (int other = 0; other < signature.axes().size(); other++) {
                Object argument = arguments[other];
                boolean each = signature.axes().get(other) == Axis.EACH;
                if (!each && argument == row) {
                    return true;
                }
                if (each && other != index && argument instanceof Object[] rows && rows[example] == row) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isMarked(Object array, int marks) {
        boolean known = array instanceof double[]
                || array instanceof float[]
                || array instanceof int[]
                || array instanceof long[];
        return known && Array.getLength(array) > 0 && Math.abs((long) first(array) - (int) MARK) < marks;
    }

    /** The lower half of the bits of the first element. */
    private static int first(Object array) {
        return (int)
                switch (array) {
                    case double[] numbers -> Double.doubleToRawLongBits(numbers[0]);
                    case float[] numbers -> Float.floatToRawIntBits(numbers[0]);
                    case int[] numbers -> numbers[0];
                    case long[] numbers -> numbers[0];
                    default -> throw new IllegalStateException(array.getClass().getTypeName());
                };
    }

    /** Puts bits into the first element, if there is one, and gives those that were there. */
    private static long swap(Object array, long bits) {
        if (Array.getLength(array) == 0) {
            return 0;
        }
        switch (array) {
            case double[] numbers -> {
                long before = Double.doubleToRawLongBits(numbers[0]);
                numbers[0] = Double.longBitsToDouble(bits);
                return before;
            }
            case float[] numbers -> {
                long before = Float.floatToRawIntBits(numbers[0]);
                numbers[0] = Float.intBitsToFloat((int) bits);
                return before;
            }
            case int[] numbers -> {
                long before = numbers[0];
                numbers[0] = (int) bits;
                return before;
            }
            case long[] numbers -> {
                long before = numbers[0];
                numbers[0] = bits;
                return before;
            }
            default -> throw new IllegalStateException(array.getClass().getTypeName());
        }
    }
}
