package dev.jacobi.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A hash of 128 bits, for telling contents apart that nobody has made to look alike. The first call of SHA-256 in a JVM takes longer than all that is hashed here.
 */
public record Fingerprint(long high, long low) {
    /** The bytes that one takes in a file. */
    static final int BYTES = 2 * Long.BYTES;

    private static final long FIRST = 0x87c37b91114253d5L;
    private static final long SECOND = 0x4cf5ad432745937fL;

    public static Fingerprint of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static Fingerprint of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Fingerprint of(byte[] bytes, int offset, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long high = length;
        long low = ~(long) length;
        int end = offset + length;
        int at = offset;
        for (; at + BYTES <= end; at += BYTES) {
            high = Long.rotateLeft(high ^ buffer.getLong(at) * FIRST, 31) * SECOND + low;
            low = Long.rotateLeft(low ^ buffer.getLong(at + Long.BYTES) * SECOND, 33) * FIRST + high;
        }
        for (; at < end; at++) {
            high = Long.rotateLeft(high ^ (bytes[at] & 0xFFL) * FIRST, 31) * SECOND + low;
            low = Long.rotateLeft(low ^ (bytes[at] & 0xFFL) * SECOND, 33) * FIRST + high;
        }
        high = mixed(high + low);
        low = mixed(low + high);
        return new Fingerprint(high + low, low);
    }

    /** Spreads each bit over all others. */
    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    // Those of records are linked at their first call, which takes long.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Fingerprint that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(low);
    }

    /** 32 digits. */
    String text() {
        return digits(high) + digits(low);
    }

    private static String digits(long bits) {
        String digits = Long.toHexString(bits);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
