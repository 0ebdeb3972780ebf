package dev.jacobi.offload.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sets of elements as ranges, compared with sets of bits. */
class ElementsTest {
    private static final int LENGTH = 40;

    private static void same(BitSet expected, Elements actual, long seed) {
        BitSet bits = new BitSet();
        for (int range = 0; range < actual.rangeCount(); range++) {
            assertTrue(actual.from(range) < actual.to(range), () -> "seed " + seed + ": " + actual);
            if (range > 0) {
                int before = actual.to(range - 1);
                assertTrue(before < actual.from(range), () -> "seed " + seed + ": " + actual);
            }
            bits.set(actual.from(range), actual.to(range));
        }
        assertEquals(expected, bits, () -> "seed " + seed);
        assertEquals(expected.isEmpty(), actual.isEmpty(), () -> "seed " + seed);
    }

    @Test
    void doesWhatASetOfBitsDoes() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            BitSet bits = new BitSet();
            Elements elements = Elements.NONE;
            for (int step = 0; step < 30; step++) {
                int from = random.nextInt(LENGTH);
                int to = from + random.nextInt(LENGTH - from + 1);
                if (random.nextBoolean()) {
                    bits.set(from, to);
                    elements = elements.plus(from, to);
                } else {
                    bits.clear(from, to);
                    elements = elements.minus(from, to);
                }
                same(bits, elements, seed);
                int start = random.nextInt(LENGTH);
                int end = start + random.nextInt(LENGTH - start + 1);
                BitSet window = new BitSet();
                window.set(start, end);
                BitSet missing = (BitSet) window.clone();
                missing.andNot(bits);
                same(missing, elements.minusFrom(start, end), seed);
                assertEquals(missing.isEmpty(), elements.contains(start, end), () -> "seed " + random);
                BitSet within = (BitSet) window.clone();
                within.and(bits);
                same(within, elements.within(start, end), seed);
            }
        }
    }
}
