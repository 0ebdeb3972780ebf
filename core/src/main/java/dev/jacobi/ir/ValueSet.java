package dev.jacobi.ir;

import java.util.Arrays;

/** A set of values of one function, by their numbers: faster than a hash table, and takes a bit for each number. */
public final class ValueSet {
    private long[] words = new long[8];

    /** Whether it was not there before. */
    public boolean add(Value value) {
        int word = value.id() >> 6;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, 2 * words.length));
        }
        long bit = 1L << value.id();
        if ((words[word] & bit) != 0) {
            return false;
        }
        words[word] |= bit;
        return true;
    }

    /** Whether it was there. */
    public boolean remove(Value value) {
        if (!contains(value)) {
            return false;
        }
        words[value.id() >> 6] &= ~(1L << value.id());
        return true;
    }

    public boolean contains(Value value) {
        int word = value.id() >> 6;
        return word < words.length && (words[word] & 1L << value.id()) != 0;
    }
}
