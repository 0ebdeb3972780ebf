package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.Map;

/**
 * What a loop does with one array that it gets from outside.
 *
 * @param reads whether it may read elements
 * @param writes whether it may write elements
 * @param exactly whether each round certainly writes just one element, at its index plus {@code offset}, so that what a launch writes is a range that is
 *     known before, and nothing of it need be on the device
 */
public record ArrayUse(boolean reads, boolean writes, boolean exactly, int offset) {

    /** @param accesses those of one array */
    static ArrayUse of(List<ArrayAccess> accesses, ParallelLoop loop, Map<Block, Boolean> always) {
        boolean reads = accesses.stream().anyMatch(access -> !access.isWrite());
        List<ArrayAccess> writes =
                accesses.stream().filter(ArrayAccess::isWrite).toList();
        if (writes.isEmpty()) {
            return new ArrayUse(reads, false, false, 0);
        }
        Place place = writes.getFirst().place();
        boolean exactly = place != null
                && place.isIndexItself()
                && place.fixed().isEmpty()
                && writes.stream().allMatch(write -> place.equals(write.place()))
                && writes.stream()
                        .anyMatch(write ->
                                always.getOrDefault(write.instruction().block(), false));
        return new ArrayUse(
                reads, true, exactly, exactly ? (int) place.own().low() : 0);
    }

    /** Of an array that the loop passes on without touching its elements, such as one whose length it asks for. */
    static ArrayUse untouched() {
        return new ArrayUse(false, false, false, 0);
    }

    static boolean isArrayOfNumbers(Value value) {
        return value.type().isArray() && value.type().descriptor().componentType().isPrimitive();
    }
}
