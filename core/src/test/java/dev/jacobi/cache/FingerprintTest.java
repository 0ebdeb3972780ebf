package dev.jacobi.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FingerprintTest {
    @Test
    void eachBitCounts() {
        byte[] bytes = new byte[75];
        new Random(1).nextBytes(bytes);
        Set<Fingerprint> found = new HashSet<>(Set.of(Fingerprint.of(bytes)));
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(found.add(Fingerprint.of(bytes)), "bit " + bit);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void lengthsCount() {
        Set<Fingerprint> found = new HashSet<>();
        for (int length = 0; length < 100; length++) {
            assertTrue(found.add(Fingerprint.of(new byte[length])), "length " + length);
        }
    }

    @Test
    void partsAreLikeTheWhole() {
        byte[] bytes = new byte[90];
        new Random(2).nextBytes(bytes);
        assertEquals(Fingerprint.of(java.util.Arrays.copyOfRange(bytes, 16, 90)), Fingerprint.of(bytes, 16, 74));
    }
}
