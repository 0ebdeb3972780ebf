package dev.jacobi.llvm;

import dev.jacobi.llvm.text.Element;

/**
 * Where things are in the memory of a call: its frame, then the copies of the arrays, then what the code allocates. Native code and
 * Java agree on it.
 */
final class Frame {
    /** Where the next allocation begins, an address. */
    static final long TOP = 0;
    /** Where the memory ends, an address. */
    static final long END = 8;
    /** How many bytes an allocation needed that did not fit. */
    static final long NEEDED = 16;
    /** A number, or the address of an array's first element. */
    static final long RESULT = 24;
    /** The length of an array. */
    static final long RESULT_LENGTH = 32;

    /** How much more the code may do before it stops, about one instruction each. */
    static final long FUEL = 40;
    /** Of an array that was an argument, its position plus 1; else 0. Only what is called directly sets it. */
    static final long RESULT_ARGUMENT = 48;

    /** The tag of an array. */
    static final long RESULT_TAG = 36;
    /** Where the arguments end, an address: what lies before belongs to the caller. */
    static final long ARGUMENTS_END = 56;

    /** How long new arrays of the tape are to be, an int for each of {@link Element}. */
    static final long TAPE = 64;
    /** How long the longest has become, likewise. */
    static final long TAPE_USED = 96;

    /** The lowest address that the stack may reach in code that calls itself. */
    static final long STACK = 128;

    private static final long ARGUMENTS = 192;
    private static final long ARGUMENT_BYTES = 16;
    /** In memory a reference is an address, a length, and a tag. */
    static final int REFERENCE_BYTES = 16;
    /** Arrays begin at multiples of this. */
    static final long ALIGNMENT = 64;

    /** Small arrays among the arguments begin at multiples of this. */
    static final long SMALL_ALIGNMENT = 16;

    /** What native code returns: it has done its work. */
    static final int DONE = 0;
    /** Java would throw an exception here. */
    static final int EXCEPTION = 1;
    /** The memory of the call does not suffice. */
    static final int MEMORY = 2;
    /** It has used its fuel. */
    static final int FUEL_USED = 3;

    private Frame() {}

    /** A number, or the address of an array's first element, 0 for null. */
    static long argument(int index) {
        return ARGUMENTS + ARGUMENT_BYTES * index;
    }

    static long argumentLength(int index) {
        return argument(index) + 8;
    }

    static long argumentTag(int index) {
        return argument(index) + 12;
    }

    /** The bytes of the frame for so many arguments. */
    static long bytes(int arguments) {
        return aligned(argument(arguments));
    }

    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The bytes that an array among the arguments takes at most. One of length 0 takes some, so that it has an address of its own. */
    static long arrayBytes(long bytes) {
        return isSmall(bytes) ? smallBytes(bytes) : aligned(bytes) + ALIGNMENT;
    }

    /** Whether an array among the arguments is so small that it begins at any multiple of {@link #SMALL_ALIGNMENT}. */
    static boolean isSmall(long bytes) {
        return bytes <= 4 * ALIGNMENT;
    }

    /** The bytes that a small array takes. */
    static long smallBytes(long bytes) {
        return Math.max(1, bytes) + SMALL_ALIGNMENT - 1 & -SMALL_ALIGNMENT;
    }
}
