package dev.jacobi.runtime;

import org.jspecify.annotations.Nullable;

/** What generated host code calls where its loops run on a device; for generated code alone. */
public interface DeviceCalls {
    /**
     * Does the rounds of a loop.
     *
     * @param loop its number in the function
     * @param arguments what the loop uses from outside, numbers boxed, then the index of the first round and that after the last
     */
    void launch(int loop, @Nullable Object[] arguments);

    /**
     * Does the rounds of a loop that keeps something from round to round.
     *
     * @param arguments as {@link #launch} gets them, then what is kept as it is before the first round
     * @return what is kept after the last round, numbers boxed
     */
    @Nullable
    Object[] reduce(int loop, @Nullable Object[] arguments);

    /**
     * The host is about to touch arrays.
     *
     * @param array the array, or null if it may be any
     * @param writing whether it may write
     */
    void touch(@Nullable Object array, boolean writing);

    /** What an array holds is not needed any more, on the host neither. */
    void forget(Object array);

    /**
     * An array was made, all zeros, that only launches and the function itself know: what it holds is needed until the function ends, or makes an array at the same place again.
     *
     * @param place a number for each place in the function
     */
    void made(int place, Object array);

    /**
     * A tape was made longer, if it had to be: then what the host has copied is perhaps not what the device has.
     *
     * @param top the number of the first element of which nobody needs what it holds; the largest int if that is not known
     */
    void ensured(Object before, Object after, int top);

    /**
     * A class may be initialised next, and its static initialiser touch any array.
     *
     * @param place a number for each place in the function
     */
    void initializing(int place);

    /** What was announced for a place is done: the class is initialised, and nothing will be touched there again. */
    void initialized(int place);
}
