package dev.jacobi.batch;

import dev.jacobi.Axis;
import java.lang.reflect.Array;
import java.util.ArrayList;
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
        List<Object[]> rows = new ArrayList<>();
        List<Object> shared = new ArrayList<>();
        for (int index = 0; index < signature.axes().size(); index++) {
            Object argument = arguments[index];
            if (signature.axes().get(index) != Axis.EACH) {
                shared.add(argument);
            } else if (argument instanceof Object[] ofExamples) {
                rows.add(ofExamples);
            }
        }
        for (int number = 0; number < rows.size(); number++) {
            for (Object argument : shared) {
                if (argument != null && argument.getClass() == rows.get(number).getClass().getComponentType()) {
                    apart = different(rows.get(number), from, apart, argument);
                }
            }
            for (Object[] others : rows.subList(0, number)) {
                apart = different(rows.get(number), others, from, apart);
            }
        }
        return written.isEmpty() || apart == 0 ? apart : marked(arguments, arrays, written, shared, from, apart);
    }

    /** How many rows are not this array. */
    private static int different(Object[] rows, int from, int size, Object other) {
        for (int example = 0; example < size; example++) {
            if (rows[from + example] == other) {
                return example;
            }
        }
        return size;
    }

    private static int different(Object[] rows, Object[] others, int from, int size) {
        for (int example = 0; example < size; example++) {
            if (rows[from + example] == others[from + example]) {
                return example;
            }
        }
        return size;
    }

    /** Marks the rows that are to be written, and looks where the marks can be seen. */
    private static int marked(
            @Nullable Object[] arguments,
            List<Integer> arrays,
            List<Integer> written,
            List<Object> shared,
            int from,
            int size) {
        long[][] before = new long[written.size()][size];
        for (int number = 0; number < before.length; number++) {
            mark(rows(arguments, written.get(number)), from, before[number], MARK + (long) number * size);
        }
        int marks = before.length * size;
        int apart = size;
        for (int index : arrays) {
            int number = written.indexOf(index);
            Object[] rows = rows(arguments, index);
            apart = number < 0
                    ? unmarked(rows, from, apart, marks)
                    : ownMarks(rows, from, apart, (int) MARK + number * size);
        }
        for (Object argument : shared) {
            if (argument != null && isMarked(argument, marks)) {
                apart = 0;
            }
        }
        for (int number = before.length - 1; number >= 0; number--) {
            Object[] rows = rows(arguments, written.get(number));
            for (int example = size - 1; example >= 0; example--) {
                swap(rows[from + example], before[number][example]);
            }
        }
        return apart;
    }

    private static void mark(Object[] rows, int from, long[] before, long mark) {
        for (int example = 0; example < before.length; example++) {
            before[example] = swap(rows[from + example], mark + example);
        }
    }

    /** How many rows have no mark. */
    private static int unmarked(Object[] rows, int from, int size, int marks) {
        for (int example = 0; example < size; example++) {
            if (isMarked(rows[from + example], marks)) {
                return example;
            }
        }
        return size;
    }

    /** How many rows have the mark that was put into them. */
    private static int ownMarks(Object[] rows, int from, int size, int mark) {
        for (int example = 0; example < size; example++) {
            if (length(rows[from + example]) > 0 && first(rows[from + example]) != mark + example) {
                return example;
            }
        }
        return size;
    }

    private static Object[] rows(@Nullable Object[] arguments, int index) {
        return (Object[]) Objects.requireNonNull(arguments[index]);
    }

    /** Whether the first element of an array may be one of so many marks. */
    private static boolean isMarked(Object array, int marks) {
        return length(array) > 0 && Math.abs((long) first(array) - (int) MARK) < marks;
    }

    /** The number of elements, or 0 if it is none of the arrays that can be written. */
    private static int length(Object array) {
        return switch (array) {
            case double[] numbers -> numbers.length;
            case float[] numbers -> numbers.length;
            case int[] numbers -> numbers.length;
            case long[] numbers -> numbers.length;
            default -> 0;
        };
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
        if (length(array) == 0) {
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
