package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NullConstantsTest {
    private static final int[] HEADER = {0x0723_0203, 0x0001_0200, 0, 20, 0};
    private static final int[] TYPES = {
        2 << 16 | 20,
        1, // %1 = bool
        4 << 16 | 21,
        2,
        32,
        0, // %2 = int of 32 bits
        3 << 16 | 22,
        3,
        64, // %3 = double
        4 << 16 | 21,
        4,
        8,
        0, // %4 = int of 8 bits
        4 << 16 | 23,
        5,
        2,
        4 // %5 = vector of four %2
    };

    private static byte[] spirv(int... code) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * (HEADER.length + TYPES.length + code.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        IntStream.of(HEADER).forEach(bytes::putInt);
        IntStream.of(TYPES).forEach(bytes::putInt);
        IntStream.of(code).forEach(bytes::putInt);
        return bytes.array();
    }

    @Test
    void nullsOfNumbersAndBooleansBecomeZerosAndOthersStay() {
        assertArrayEquals(
                spirv(
                        3 << 16 | 42,
                        1,
                        10, // false
                        4 << 16 | 43,
                        2,
                        11,
                        0,
                        5 << 16 | 43,
                        3,
                        12,
                        0,
                        0,
                        4 << 16 | 43,
                        4,
                        13,
                        0,
                        3 << 16 | 46,
                        5,
                        14, // null of the vector
                        1 << 16 | 253),
                NullConstants.mended(spirv(
                        3 << 16 | 46,
                        1,
                        10,
                        3 << 16 | 46,
                        2,
                        11,
                        3 << 16 | 46,
                        3,
                        12,
                        3 << 16 | 46,
                        4,
                        13,
                        3 << 16 | 46,
                        5,
                        14,
                        1 << 16 | 253)));
    }
}
