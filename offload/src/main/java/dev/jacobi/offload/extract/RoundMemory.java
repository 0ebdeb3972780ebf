package dev.jacobi.offload.extract;

import dev.jacobi.ir.Function;
import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the rounds of a loop need for arrays that they make. Work items that run at the same time have theirs side by side: element {@code e} of item {@code i} of {@code n} is at {@code e * n + i}.
 *
 * <p>Of a kernel, the parameters before the index are an array for each slice; an array and its places for one item for each stack; if there are stacks, ints, {@code n} for each stack, where an item whose stack is too small
 * notes how much would have done so far, and fails; then {@code n}, and the index of the first item. Before all that, behind what the loop uses from outside, come the known lengths.
 *
 * @param lengths computes on the host what is known of lengths before the loop: takes what the loop uses from outside, and an array of ints, which it fills; null if nothing but constants are needed
 * @param known how many ints these are
 * @param slices for arrays of a length that is known
 * @param stacks the components of arrays whose lengths only the rounds know
 */
public record RoundMemory(@Nullable Function lengths, int known, List<Slice> slices, List<ClassDesc> stacks) {
    /** The rounds make no arrays but small ones of constant length. */
    static final RoundMemory NONE = new RoundMemory(null, 0, List.of(), List.of());

    /**
     * An array for each work item.
     *
     * @param known which of the known lengths is its own, or -1 if it is {@code constant}
     * @param each times that many
     */
    public record Slice(ClassDesc component, int known, int constant, int each) {
        /** The number of elements; negative where Java would not make the array. */
        public long length(int[] lengths) {
            return (long) (known < 0 ? constant : lengths[known]) * each;
        }
    }

    /** Whether the rounds need memory. */
    public boolean isNeeded() {
        return !slices.isEmpty() || !stacks.isEmpty();
    }
}
