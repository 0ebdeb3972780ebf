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
import org.jspecify.annotations.Nullable;

/** The arguments of one call in its memory. An array that may be written is there twice: once for the code, and once to see what it has changed. */
final class NativeArguments {
    private final MemorySegment block;
    private final @Nullable Object[] arguments;
    /** Where the copy of an array is in the block; 0 for what is no array, or null. */
    private final long[] offsets;
    /** Where the second copy is; 0 if there is none. */
    private final long[] originals;

    private NativeArguments(MemorySegment block, @Nullable Object[] arguments) {
        this.block = block;
        this.arguments = arguments;
        offsets = new long[arguments.length];
        originals = new long[arguments.length];
    }

    /** The bytes that the arguments take at most. */
    static long bytes(Type[] parameters, @Nullable Object[] arguments) {
        long bytes = Frame.bytes(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (parameters[i].isReference() && argument != null) {
                bytes += 2
                        * Frame.arrayBytes(Array.getLength(argument)
                                * (long) element(parameters[i]).bytes());
            }
        }
        return bytes;
    }

    private static Element element(Type type) {
        return Element.ofArray(type.descriptor()).orElseThrow();
    }

    /** Puts the arguments into the block, and what is left of it at the disposal of the code. */
    static NativeArguments write(
            MemorySegment block, Type[] parameters, boolean[] written, @Nullable Object[] arguments) {
        NativeArguments copies = new NativeArguments(block, arguments);
        long top = Frame.bytes(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            long place = Frame.argument(i);
            Object argument = arguments[i];
            switch (parameters[i].kind()) {
                case INT -> block.set(JAVA_INT, place, (int) argument);
                case LONG -> block.set(JAVA_LONG, place, (long) argument);
                case FLOAT -> block.set(JAVA_FLOAT, place, (float) argument);
                case DOUBLE -> block.set(JAVA_DOUBLE, place, (double) argument);
                default -> top = copies.writeArray(i, element(parameters[i]), written[i], top);
            }
        }
        block.set(JAVA_LONG, Frame.TOP, block.address() + top);
        block.set(JAVA_LONG, Frame.END, block.address() + block.byteSize());
        // Calls with copies hold nobody up.
        block.set(JAVA_LONG, Frame.FUEL, Long.MAX_VALUE);
        return copies;
    }

    private long writeArray(int index, Element element, boolean written, long top) {
        Object array = arguments[index];
        long place = Frame.argument(index);
        if (array == null) {
            block.set(JAVA_LONG, place, 0);
            block.set(JAVA_INT, place + 8, 0);
            return top;
        }
        int length = Array.getLength(array);
        long bytes = length * (long) element.bytes();
        long next = top;
        int first = firstOf(array, index);
        if (first < index) {
            offsets[index] = offsets[first];
        } else {
            offsets[index] = next;
            copyIn(array, element, next, length);
            next += Frame.arrayBytes(bytes);
        }
        if (written && originals[first] == 0 && length > 0) {
            originals[first] = next;
            MemorySegment.copy(block, offsets[first], block, next, bytes);
            next += Frame.arrayBytes(bytes);
        }
        block.set(JAVA_LONG, place, block.address() + offsets[index]);
        block.set(JAVA_INT, place + 8, length);
        return next;
    }

    /** The position at which this array is passed first. */
    private int firstOf(Object array, int index) {
        for (int i = 0; i < index; i++) {
            if (arguments[i] == array) {
                return i;
            }
        }
        return index;
    }

    private void copyIn(Object array, Element element, long offset, int length) {
        if (element == Element.BOOLEAN) {
            boolean[] flags = (boolean[]) array;
            for (int i = 0; i < length; i++) {
                block.set(JAVA_BYTE, offset + i, (byte) (flags[i] ? 1 : 0));
            }
        } else {
            MemorySegment.copy(array, 0, block, layout(element), offset, length);
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
        for (int i = 0; i < arguments.length; i++) {
            Object array = arguments[i];
            if (originals[i] != 0 && array != null) {
                ChangedElements.write(block, originals[i], offsets[i], array);
            }
        }
    }

    /** The array at an address: an argument, or a new one with what is there. */
    @Nullable
    Object array(long address, int length, Element element) {
        if (address == 0) {
            return null;
        }
        long offset = address - block.address();
        for (int i = 0; i < arguments.length; i++) {
            if (offsets[i] == offset) {
                return arguments[i];
            }
        }
        return newArray(block, offset, length, element);
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
        Object array = switch (element) {
            case BYTE -> new byte[length];
            case CHAR -> new char[length];
            case SHORT -> new short[length];
            case INT -> new int[length];
            case LONG -> new long[length];
            case FLOAT -> new float[length];
            default -> new double[length];
        };
        MemorySegment.copy(block, layout(element), offset, array, 0, length);
        return array;
    }
}
