package dev.jacobi.batch;

import dev.jacobi.Axis;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What must be so of the rows of examples that go in step. */
final class Rows {
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
                while (example < same
                        && rows[from + example] != null
                        && Array.getLength(rows[from + example]) == length) {
                    example++;
                }
            }
            same = example;
        }
        return same;
    }

    /** How many examples from {@code from} on have rows that are no other argument's, and rows to be written that are no row of another example. Nothing is written to see that. */
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
                apart = different(rows.get(number), from, apart, argument);
            }
            for (Object[] others : rows.subList(0, number)) {
                apart = different(rows.get(number), others, from, apart);
            }
        }
        return written.isEmpty() || apart == 0 ? apart : new Seen(arrays, written, apart).add(arguments, from, apart);
    }

    /** How many rows are not this array. */
    private static int different(Object[] rows, int from, int size, @Nullable Object other) {
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

    /** The rows that were seen so far: a table by identity, half of which stays empty. */
    private static final class Seen {
        private final List<Integer> arrays;
        private final List<Integer> written;
        private final @Nullable Object[] table;
        /** Whether the row at the same place is to be written. */
        private final boolean[] writes;

        Seen(List<Integer> arrays, List<Integer> written, int examples) {
            this.arrays = arrays;
            this.written = written;
            int size = 4 * Integer.highestOneBit(arrays.size() * examples);
            table = new @Nullable Object[size];
            writes = new boolean[size];
        }

        /** Adds the rows of examples, and gives how many have none that another one writes, or that they write and another one has. */
        int add(@Nullable Object[] arguments, int from, int examples) {
            Object[][] rows = new Object[arrays.size()][];
            boolean[] toWrite = new boolean[rows.length];
            for (int number = 0; number < rows.length; number++) {
                rows[number] = (Object[]) Objects.requireNonNull(arguments[arrays.get(number)]);
                toWrite[number] = written.contains(arrays.get(number));
            }
            for (int example = 0; example < examples; example++) {
                for (int number = 0; number < rows.length; number++) {
                    if (!add(rows[number][from + example], toWrite[number])) {
                        return example;
                    }
                }
            }
            return examples;
        }

        private boolean add(Object row, boolean write) {
            int hash = System.identityHashCode(row);
            int place = (hash ^ hash >>> 15) & table.length - 1;
            while (true) {
                Object other = table[place];
                if (other == null) {
                    table[place] = row;
                    writes[place] = write;
                    return true;
                }
                if (other == row) {
                    return !write && !writes[place] || Array.getLength(row) == 0;
                }
                place = place + 1 & table.length - 1;
            }
        }
    }
}
