package dev.jacobi;

/** What a parameter is to a batch: one for all examples, or one for each. */
public enum Axis {
    /** The same for all examples. The method must not write into it. */
    SHARED,
    /** Each example has its own: a number becomes an array of numbers, an array gets a leading axis as {@link Layout} says, an object becomes an array of objects. */
    EACH,
    /**
     * All examples add to it, in their order: the shadow, in reverse mode, of an array of numbers that is {@link #SHARED}. It receives the sum of the gradients, and none of
     * them has memory of its own.
     */
    SUMMED
}
