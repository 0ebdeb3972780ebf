package dev.jacobi.offload.extract;

/** What a loop does with an array that it gets from outside. */
public sealed interface Use permits ArrayUse, RowsUse {
    /** Whether the launch may write elements. */
    boolean isWritten();

    /** Whether it only adds to elements, and each part of the rounds does so in an array of its own. */
    default boolean accumulates() {
        return false;
    }
}
