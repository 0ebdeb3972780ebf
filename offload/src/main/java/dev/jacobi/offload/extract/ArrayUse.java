package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loop does with one array of numbers that it gets from outside.
 *
 * @param reads the elements that it reads, or null if these may be any
 * @param writes the elements that it writes, each for certain and nothing else; or null if it may write any
 * @param accumulates whether it only adds to elements, and each part of the rounds does so in an array of its own
 */
public record ArrayUse(@Nullable List<Span> reads, @Nullable List<Span> writes, boolean accumulates) implements Use {

    /** @param accesses those of one array */
    static ArrayUse of(List<ArrayAccess> accesses, Map<Block, Boolean> always, Outside outside) {
        List<ArrayAccess> writing =
                accesses.stream().filter(ArrayAccess::isWrite).toList();
        List<ArrayAccess> reading =
                accesses.stream().filter(ArrayAccess::isRead).toList();
        List<Span> writes = spans(writing, outside);
        boolean certain = writing.stream()
                .allMatch(write -> writing.stream()
                        .anyMatch(other -> write.place() != null
                                && write.place().equals(other.place())
                                && always.getOrDefault(other.instruction().block(), false)));
        return new ArrayUse(spans(reading, outside), certain ? writes : null, false);
    }

    private static @Nullable List<Span> spans(List<ArrayAccess> accesses, Outside outside) {
        List<Span> spans = new ArrayList<>();
        for (ArrayAccess access : accesses) {
            Span span = Span.of(access.place(), outside);
            if (span == null) {
                return null;
            }
            if (!spans.contains(span)) {
                spans.add(span);
            }
        }
        return List.copyOf(spans);
    }

    /** Of an array whose elements are not touched, such as one whose length is asked for. */
    static ArrayUse untouched() {
        return new ArrayUse(List.of(), List.of(), false);
    }

    static ArrayUse accumulated() {
        return new ArrayUse(List.of(), List.of(), true);
    }

    @Override
    public boolean isWritten() {
        return accumulates || writes == null || !writes.isEmpty();
    }

    static boolean isArrayOfNumbers(Value value) {
        return value.type().isArray()
                && value.type().descriptor().componentType().isPrimitive();
    }
}
