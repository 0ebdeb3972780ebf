package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jacobi.ir.Type;
import dev.jacobi.llvm.text.Element;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call in its memory. An array that may be written is there twice: once for the code, and once to see what it has changed. Of nested
 * arrays all rows are there too; what is one array in Java is one array there.
 */
final class NativeArguments {
    /** In the place of a tag: it is to be found out. */
    private static final int ANY = -1;
    /** Shorter arrays of double are copied one by one: what {@link MemorySegment#copy} does first takes longer. */
    private static final int SHORT = 48;
    /** More arrays are left to the JVM. */
    private static final int MOST_ARRAYS = 1 << 28;

    private final MemorySegment block;
    private final CopiedArrays copies;
    private long top;

    private NativeArguments(MemorySegment block, int arguments, int arrays) {
        this.block = block;
        copies = new CopiedArrays(arrays);
        top = Frame.bytes(arguments);
    }

    /** What arguments need at most. */
    static final class Size {
        private long bytes;
        private int arrays;

        /** @throws NotAnArrayException if there is something that native code cannot get */
        Size(int[] tags, boolean[] written, @Nullable Object[] arguments) {
            bytes = Frame.bytes(arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                if (tags[i] != 0) {
                    add(arguments[i], tags[i], written[i]);
                }
            }
            bytes = Frame.aligned(bytes);
        }

        long bytes() {
            return bytes;
        }

        private void add(@Nullable Object array, int tag, boolean written) {
            if (array == null) {
                return;
            }
            count();
            int known = known(array, tag);
            if (!(array instanceof Object[] rows)) {
                bytes += (written ? 2 : 1) * space(array, Tags.element(known).bytes());
                return;
            }
            bytes += Frame.arrayBytes(rows.length * (long) Frame.REFERENCE_BYTES);
            int tagOfRows = tagOfRows(known);
            if (tagOfRows == ANY || !Tags.isFlat(tagOfRows)) {
                for (Object row : rows) {
                    add(row, tagOfRows, written);
                }
            } else {
                addRows(rows, Tags.element(tagOfRows).bytes(), written);
            }
        }

        private void addRows(@Nullable Object[] rows, int width, boolean written) {
            long sum = 0;
            for (Object row : rows) {
                if (row != null) {
                    count();
                    sum += space(row, width);
                }
            }
            bytes += written ? 2 * sum : sum;
        }

        private static long space(Object array, int width) {
            return Frame.arrayBytes(
                    (array instanceof double[] row ? row.length : Array.getLength(array)) * (long) width);
        }

        private void count() {
            if (arrays++ == MOST_ARRAYS) {
                throw new NotAnArrayException();
            }
        }
    }

    /** Of the type of a parameter: 0 for a number, {@link #ANY} where only the value tells. */
    static int tag(Type type) {
        if (!type.isReference()) {
            return 0;
        }
        return Tags.isDynamic(type) ? ANY : Tags.of(type.descriptor()).orElseThrow();
    }

    private static int tagOfRows(int tag) {
        return tag == Tags.OBJECTS ? ANY : tag - Tags.DIMENSION;
    }

    /** @throws NotAnArrayException if it is neither a nest of arrays of numbers nor an {@code Object[]} */
    private static int known(Object array, int tag) {
        return tag == ANY ? Tags.ofObject(array).orElseThrow(NotAnArrayException::new) : tag;
    }

    /** Something that only the JVM knows is in the place of an array. */
    static final class NotAnArrayException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotAnArrayException() {
            super(null, null, false, false);
        }
    }

    /**
     * Puts the arguments into the block, and what is left of it at the disposal of the code.
     *
     * @param size of these arguments; if another thread has put something larger into an array since, that is an {@link IndexOutOfBoundsException}
     */
    static NativeArguments write(
            MemorySegment block,
            Size size,
            Type[] parameters,
            int[] tags,
            boolean[] written,
            @Nullable Object[] arguments) {
        NativeArguments copies = new NativeArguments(block, arguments.length, size.arrays);
        for (int i = 0; i < arguments.length; i++) {
            long place = Frame.argument(i);
            Object argument = arguments[i];
            switch (parameters[i].kind()) {
                case INT -> block.set(JAVA_INT, place, (int) argument);
                case LONG -> block.set(JAVA_LONG, place, (long) argument);
                case FLOAT -> block.set(JAVA_FLOAT, place, (float) argument);
                case DOUBLE -> block.set(JAVA_DOUBLE, place, (double) argument);
                default -> copies.writeReference(place, argument, tags[i], written[i]);
            }
        }
        long end = block.address() + Frame.aligned(copies.top);
        block.set(JAVA_LONG, Frame.TOP, end);
        block.set(JAVA_LONG, Frame.ARGUMENTS_END, end);
        block.set(JAVA_LONG, Frame.END, block.address() + block.byteSize());
        // Calls with copies hold nobody up.
        block.set(JAVA_LONG, Frame.FUEL, Long.MAX_VALUE);
        return copies;
    }

    private void writeReference(long place, @Nullable Object array, int tag, boolean written) {
        if (array == null) {
            block.set(JAVA_LONG, place, 0);
            block.set(JAVA_LONG, place + 8, 0);
            return;
        }
        int known = known(array, tag);
        int copy = copyOf(array, known, written);
        block.set(JAVA_LONG, place, block.address() + copies.offset(copy));
        block.set(JAVA_INT, place + 8, length(array));
        block.set(JAVA_INT, place + 12, known);
    }

    private static int length(Object array) {
        return array instanceof double[] numbers ? numbers.length : Array.getLength(array);
    }

    /** The copy of an array, which is made if it is met first. */
    private int copyOf(Object array, int tag, boolean written) {
        int copy = copies.find(array);
        if (copy < 0) {
            copy = array instanceof Object[] rows ? copyRows(rows, copy, tag, written) : copyElements(array, copy, tag);
        }
        if (written) {
            makeWritten(copy, tag);
        }
        return copy;
    }

    /** Takes so much of the block. */
    private long take(long bytes) {
        boolean isSmall = Frame.isSmall(bytes);
        long offset = isSmall ? top : Frame.aligned(top);
        top = offset + (isSmall ? Frame.smallBytes(bytes) : Frame.aligned(bytes));
        return offset;
    }

    private int copyRows(@Nullable Object[] array, int found, int tag, boolean written) {
        @Nullable Object[] rows = array.clone();
        long offset = take(rows.length * (long) Frame.REFERENCE_BYTES);
        int copy = copies.add(array, found, offset);
        copies.setRows(copy, rows, written);
        int tagOfRows = tagOfRows(tag);
        for (int i = 0; i < rows.length; i++) {
            writeReference(offset + (long) Frame.REFERENCE_BYTES * i, rows[i], tagOfRows, written);
        }
        return copy;
    }

    private int copyElements(Object array, int found, int tag) {
        int length = length(array);
        Element element = Tags.element(tag);
        long offset = take(length * (long) element.bytes());
        if (array instanceof double[] numbers && length < SHORT) {
            for (int i = 0; i < length; i++) {
                block.set(JAVA_DOUBLE, offset + 8L * i, numbers[i]);
            }
        } else {
            copyIn(array, element, offset, length);
        }
        return copies.add(array, found, offset);
    }

    /** What the code changes in a copy is found out later, and written into the array. */
    private void makeWritten(int copy, int tag) {
        @Nullable Object[] rows = copies.rows(copy);
        if (rows != null) {
            if (!copies.rowsWritten(copy)) {
                copies.setRowsWritten(copy);
                int tagOfRows = tagOfRows(tag);
                for (Object row : rows) {
                    if (row != null) {
                        copyOf(row, known(row, tagOfRows), true);
                    }
                }
            }
            return;
        }
        int length = length(copies.array(copy));
        if (copies.original(copy) != 0 || length == 0) {
            return;
        }
        int width = Tags.element(tag).bytes();
        long offset = copies.offset(copy);
        long original = take(length * (long) width);
        if (width == Double.BYTES && length < SHORT) {
            for (int i = 0; i < length; i++) {
                block.set(JAVA_LONG, original + 8L * i, block.get(JAVA_LONG, offset + 8L * i));
            }
        } else {
            Slices.forEach(
                    length,
                    (from, count) -> MemorySegment.copy(
                            block,
                            offset + (long) from * width,
                            block,
                            original + (long) from * width,
                            (long) count * width));
        }
        copies.setOriginal(copy, original);
    }

    private void copyIn(Object array, Element element, long offset, int length) {
        if (element == Element.BOOLEAN) {
            boolean[] flags = (boolean[]) array;
            for (int i = 0; i < length; i++) {
                block.set(JAVA_BYTE, offset + i, (byte) (flags[i] ? 1 : 0));
            }
        } else {
            ValueLayout layout = layout(element);
            Slices.forEach(
                    length,
                    (from, count) ->
                            MemorySegment.copy(array, from, block, layout, offset + from * layout.byteSize(), count));
        }
    }

    private static ValueLayout layout(Element element) {
        return switch (element) {
            case BOOLEAN, BYTE -> JAVA_BYTE;
            case CHAR -> JAVA_CHAR;
            case SHORT -> JAVA_SHORT;
            case INT -> JAVA_INT;
            case LONG -> JAVA_LONG;
            case FLOAT -> JAVA_FLOAT;
            case DOUBLE -> JAVA_DOUBLE;
        };
    }

    /** Writes what the code has changed into the arrays, and nothing else: other threads may write other elements meanwhile. */
    void writeBack() {
        for (int i = 0; i < copies.count(); i++) {
            long original = copies.original(i);
            if (original == 0) {
                continue;
            }
            long offset = copies.offset(i);
            if (copies.array(i) instanceof double[] numbers && numbers.length < SHORT) {
                writeShort(original, offset, numbers);
            } else {
                ChangedElements.write(block, original, offset, copies.array(i));
            }
        }
    }

    private void writeShort(long before, long after, double[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            long bits = block.get(JAVA_LONG, after + 8L * i);
            if (bits != block.get(JAVA_LONG, before + 8L * i)) {
                numbers[i] = Double.longBitsToDouble(bits);
            }
        }
    }

    /** The array at an address: an argument, or a new one with what is there. */
    @Nullable
    Object array(long address, int length, int tag) {
        if (address == 0) {
            return null;
        }
        long offset = address - block.address();
        if (Tags.isFlat(tag)) {
            for (int i = 0; i < copies.count(); i++) {
                if (copies.offset(i) == offset) {
                    return copies.array(i);
                }
            }
            return newArray(block, offset, length, Tags.element(tag));
        }
        Map<Long, Object> known = new HashMap<>();
        for (int i = 0; i < copies.count(); i++) {
            known.put(copies.offset(i), copies.array(i));
        }
        return array(offset, length, tag, known);
    }

    private Object array(long offset, int length, int tag, Map<Long, Object> known) {
        Object present = known.get(offset);
        if (present != null) {
            return present;
        }
        if (Tags.isFlat(tag)) {
            Object made = newArray(block, offset, length, Tags.element(tag));
            known.put(offset, made);
            return made;
        }
        Object[] made = (Object[]) Array.newInstance(Tags.componentType(tag), length);
        known.put(offset, made);
        for (int i = 0; i < length; i++) {
            long place = offset + (long) Frame.REFERENCE_BYTES * i;
            long address = block.get(JAVA_LONG, place);
            if (address != 0) {
                made[i] = array(
                        address - block.address(),
                        block.get(JAVA_INT, place + 8),
                        block.get(JAVA_INT, place + 12),
                        known);
            }
        }
        return made;
    }

    /** A new array with what is at a place of the block. */
    static Object newArray(MemorySegment block, long offset, int length, Element element) {
        if (element == Element.BOOLEAN) {
            boolean[] flags = new boolean[length];
            for (int i = 0; i < length; i++) {
                flags[i] = block.get(JAVA_BYTE, offset + i) != 0;
            }
            return flags;
        }
        Object array = Array.newInstance(element.primitive(), length);
        ValueLayout layout = layout(element);
        Slices.forEach(
                length,
                (from, count) ->
                        MemorySegment.copy(block, layout, offset + from * layout.byteSize(), array, from, count));
        return array;
    }
}
