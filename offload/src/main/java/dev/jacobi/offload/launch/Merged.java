package dev.jacobi.offload.launch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts together what several devices have made of one array, each having written elements that no other has: the bits in which each differs from what the array was before.
 */
final class Merged {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private Merged() {}

    /**
     * Changes the array.
     *
     * @param array as it was before
     * @param copies arrays of the same kind and length
     * @return for each copy the elements between the first and the last that were changed there, these perhaps some more
     */
    static List<Elements> into(Object array, List<Object> copies) {
        if (array instanceof boolean[] flags) {
            return into(flags, copies.stream().map(copy -> (boolean[]) copy).toList());
        }
        int elementBytes = HostArray.of(array).elementBytes();
        MemorySegment all = HostArray.of(array).segment();
        List<MemorySegment> parts =
                copies.stream().map(copy -> HostArray.of(copy).segment()).toList();
        List<Elements> changed = new ArrayList<>();
        long first = all.byteSize();
        long end = 0;
        for (MemorySegment part : parts) {
            long from = part.mismatch(all);
            long to = from < 0 ? from : endOfChange(part, all);
            changed.add(
                    from < 0
                            ? Elements.NONE
                            : Elements.of((int) (from / elementBytes), (int) ((to + elementBytes - 1) / elementBytes)));
            first = from < 0 ? first : Math.min(first, from);
            end = Math.max(end, to);
        }
        long place = first;
        for (; place + Long.BYTES <= end; place += Long.BYTES) {
            long before = all.get(WORD, place);
            long after = before;
            for (MemorySegment part : parts) {
                after ^= before ^ part.get(WORD, place);
            }
            all.set(WORD, place, after);
        }
        for (; place < end; place++) {
            byte before = all.get(ValueLayout.JAVA_BYTE, place);
            byte after = before;
            for (MemorySegment part : parts) {
                after = (byte) (after ^ before ^ part.get(ValueLayout.JAVA_BYTE, place));
            }
            all.set(ValueLayout.JAVA_BYTE, place, after);
        }
        return changed;
    }

    /** The byte after the last that differs, or one of the seven after it; one differs. */
    private static long endOfChange(MemorySegment one, MemorySegment other) {
        long end = one.byteSize();
        while (end >= Long.BYTES && one.get(WORD, end - Long.BYTES) == other.get(WORD, end - Long.BYTES)) {
            end -= Long.BYTES;
        }
        return end;
    }

    private static List<Elements> into(boolean[] array, List<boolean[]> copies) {
        int[] first = new int[copies.size()];
        int[] end = new int[copies.size()];
        for (int index = 0; index < array.length; index++) {
            boolean before = array[index];
            for (int copy = 0; copy < first.length; copy++) {
                if (copies.get(copy)[index] != before) {
                    array[index] = !before;
                    first[copy] = end[copy] == 0 ? index : first[copy];
                    end[copy] = index + 1;
                }
            }
        }
        List<Elements> changed = new ArrayList<>();
        for (int copy = 0; copy < first.length; copy++) {
            changed.add(Elements.of(first[copy], end[copy]));
        }
        return changed;
    }
}
