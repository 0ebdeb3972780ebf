package dev.jacobi.llvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jacobi.ir.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call in its memory. An array that may be written is there twice: once for the code, and once to see what it has changed. Of nested
 * arrays all rows are there too; what is one array in Java is one array there.
 */
final class NativeArguments {
    /** With more arrays, those that were met are looked up by their identity. */
    private static final int FEW = 8;
    /** In the place of a tag: it is to be found out. */
    private static final int ANY = -1;

    private final MemorySegment block;
    private final List<Copy> copies = new ArrayList<>();
    private @Nullable IdentityHashMap<Object, Copy> byIdentity;
    private long top;

    /** An array in the block. */
    private static final class Copy {
        final Object array;
        final long offset;
        final int length;
        /** Where the second copy is; 0 if there is none. */
        long original;
        /** Of an array of arrays, what it held when it was copied; another thread may change it meanwhile. */
        @Nullable
        Object @Nullable [] rows;
        /** Whether the rows are copied so that they may be written. */
        boolean rowsWritten;

        Copy(Object array, long offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }
    }

    private NativeArguments(MemorySegment block, int arguments) {
        this.block = block;
        top = Frame.bytes(arguments);
    }

    /** The bytes that the arguments take at most. */
    static long bytes(Type[] parameters, boolean[] written, @Nullable Object[] arguments) {
        long bytes = Frame.bytes(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            if (parameters[i].isReference()) {
                bytes += bytes(arguments[i], tag(parameters[i]), written[i]);
            }
        }
        return bytes;
    }

    private static long bytes(@Nullable Object array, int tag, boolean written) {
        if (array == null) {
            return 0;
        }
        int known = known(array, tag);
        if (array instanceof Object[] rows) {
            long bytes = Frame.arrayBytes(rows.length * (long) Frame.REFERENCE_BYTES);
            for (Object row : rows) {
                bytes += bytes(row, tagOfRows(known), written);
            }
            return bytes;
        }
        return (written ? 2 : 1)
                * Frame.arrayBytes(
                        Array.getLength(array) * (long) Tags.element(known).bytes());
    }

    /** {@link #ANY} where only the value tells. */
    private static int tag(Type type) {
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

    /** Puts the arguments into the block, and what is left of it at the disposal of the code. */
    static NativeArguments write(
            MemorySegment block, Type[] parameters, boolean[] written, @Nullable Object[] arguments) {
        NativeArguments copies = new NativeArguments(block, arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            long place = Frame.argument(i);
            Object argument = arguments[i];
            switch (parameters[i].kind()) {
                case INT -> block.set(JAVA_INT, place, (int) argument);
                case LONG -> block.set(JAVA_LONG, place, (long) argument);
                case FLOAT -> block.set(JAVA_FLOAT, place, (float) argument);
                case DOUBLE -> block.set(JAVA_DOUBLE, place, (double) argument);
                default -> copies.writeReference(place, argument, tag(parameters[i]), written[i]);
            }
        }
        block.set(JAVA_LONG, Frame.TOP, block.address() + copies.top);
        block.set(JAVA_LONG, Frame.ARGUMENTS_END, block.address() + copies.top);
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
        Copy copy = copyOf(array, known, written);
        block.set(JAVA_LONG, place, block.address() + copy.offset);
        block.set(JAVA_INT, place + 8, copy.length);
        block.set(JAVA_INT, place + 12, known);
    }

    /** The copy of an array, which is made if it is met first. */
    private Copy copyOf(Object array, int tag, boolean written) {
        Copy copy = find(array);
        if (copy == null) {
            int length = Array.getLength(array);
            copy = new Copy(array, top, length);
            add(copy);
            top += Frame.arrayBytes(length
                    * (long)
                            (array instanceof Object[]
                                    ? Frame.REFERENCE_BYTES
                                    : element(tag).bytes()));
            if (array instanceof Object[] present) {
                @Nullable Object[] rows = present.clone();
                copy.rows = rows;
                copy.rowsWritten = written;
                for (int i = 0; i < rows.length; i++) {
                    long place = copy.offset + (long) Frame.REFERENCE_BYTES * i;
                    writeReference(place, rows[i], tagOfRows(tag), written);
                }
            } else {
                copyIn(array, element(tag), copy.offset, length);
            }
        }
        @Nullable Object[] rows = copy.rows;
        if (rows != null) {
            if (written && !copy.rowsWritten) {
                copy.rowsWritten = true;
                for (Object row : rows) {
                    if (row != null) {
                        copyOf(row, known(row, tagOfRows(tag)), true);
                    }
                }
            }
        } else if (written && copy.original == 0 && copy.length > 0) {
            int width = element(tag).bytes();
            long offset = copy.offset;
            long original = top;
            Slices.forEach(
                    copy.length,
                    (from, count) -> MemorySegment.copy(
                            block,
                            offset + (long) from * width,
                            block,
                            original + (long) from * width,
                            (long) count * width));
            copy.original = original;
            top += Frame.arrayBytes(copy.length * (long) width);
        }
        return copy;
    }

    private static Element element(int tag) {
        return Tags.element(tag);
    }

    private @Nullable Copy find(Object array) {
        IdentityHashMap<Object, Copy> known = byIdentity;
        if (known != null) {
            return known.get(array);
        }
        for (Copy copy : copies) {
            if (copy.array == array) {
                return copy;
            }
        }
        return null;
    }

    private void add(Copy copy) {
        copies.add(copy);
        IdentityHashMap<Object, Copy> known = byIdentity;
        if (known == null && copies.size() > FEW) {
            known = new IdentityHashMap<>();
            for (Copy other : copies) {
                known.put(other.array, other);
            }
            byIdentity = known;
        } else if (known != null) {
            known.put(copy.array, copy);
        }
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
        for (Copy copy : copies) {
            if (copy.original != 0) {
                ChangedElements.write(block, copy.original, copy.offset, copy.array);
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
            for (Copy copy : copies) {
                if (copy.offset == offset) {
                    return copy.array;
                }
            }
            return newArray(block, offset, length, Tags.element(tag));
        }
        Map<Long, Object> known = new HashMap<>();
        for (Copy copy : copies) {
            known.put(copy.offset, copy.array);
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
