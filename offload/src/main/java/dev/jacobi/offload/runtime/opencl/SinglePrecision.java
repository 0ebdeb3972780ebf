package dev.jacobi.offload.runtime.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** Whether SPIR-V computes with floats. Drivers of OpenCL are free to round their quotients and roots otherwise than Java, and to take subnormal ones for zero; doubles are all Java's. */
final class SinglePrecision {
    private static final int HEADER_WORDS = 5;
    private static final int TYPE_FLOAT = 22;

    private SinglePrecision() {}

    static boolean isIn(byte[] spirv) {
        IntBuffer words = ByteBuffer.wrap(spirv).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        for (int at = HEADER_WORDS; at + 2 < words.limit(); at += Math.max(1, words.get(at) >>> 16)) {
            if ((words.get(at) & 0xFFFF) == TYPE_FLOAT && words.get(at + 2) == Float.SIZE) {
                return true;
            }
        }
        return false;
    }
}
