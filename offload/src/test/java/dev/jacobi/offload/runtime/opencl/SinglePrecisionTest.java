package dev.jacobi.offload.runtime.opencl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SinglePrecisionTest {
    private static byte[] spirv(int... code) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * (5 + code.length)).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.of(0x0723_0203, 0x0001_0200, 0, 20, 0).forEach(bytes::putInt);
        IntStream.of(code).forEach(bytes::putInt);
        return bytes.array();
    }

    @Test
    void floatsAreFoundByTheirType() {
        assertTrue(SinglePrecision.isIn(spirv(2 << 16 | 20, 1, 3 << 16 | 22, 2, 64, 3 << 16 | 22, 3, 32)));
    }

    @Test
    void doublesAndIntegersAreNone() {
        assertFalse(SinglePrecision.isIn(spirv(2 << 16 | 20, 1, 4 << 16 | 21, 2, 32, 0, 3 << 16 | 22, 3, 64)));
        // Words inside of an operation are not taken for operations.
        assertFalse(SinglePrecision.isIn(spirv(4 << 16 | 19, 3 << 16 | 22, 1, 32)));
    }
}
