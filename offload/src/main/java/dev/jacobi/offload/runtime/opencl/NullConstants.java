package dev.jacobi.offload.runtime.opencl;

import dev.jacobi.offload.runtime.DeviceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Null constants of booleans and numbers in SPIR-V, written as zeros and falses. That is the same, but llvm-spirv 15 ends with a failed assertion at the former; those of pointers, vectors and arrays it
 * reads.
 */
final class NullConstants {
    private static final int MAGIC = 0x0723_0203;
    private static final int HEADER_WORDS = 5;
    private static final int TYPE_BOOL = 20;
    private static final int TYPE_INT = 21;
    private static final int TYPE_FLOAT = 22;
    private static final int CONSTANT_FALSE = 42;
    private static final int CONSTANT = 43;
    private static final int CONSTANT_NULL = 46;
    private static final int NO_BITS = 0;

    private NullConstants() {}

    /** @throws DeviceException if it is no SPIR-V */
    static byte[] mended(byte[] spirv) {
        IntBuffer words = ByteBuffer.wrap(spirv).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        if (spirv.length % Integer.BYTES != 0 || words.limit() < HEADER_WORDS || words.get(0) != MAGIC) {
            throw new DeviceException(DeviceException.Kind.BUILD, "the image is no SPIR-V");
        }
        Map<Integer, Integer> bitsOfTypes = new HashMap<>();
        // A null constant has three words, a zero at most two more.
        ByteBuffer mended = ByteBuffer.allocate(2 * spirv.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < HEADER_WORDS; i++) {
            mended.putInt(words.get(i));
        }
        for (int at = HEADER_WORDS; at < words.limit(); ) {
            int operation = words.get(at) & 0xFFFF;
            int length = words.get(at) >>> 16;
            if (length == 0 || at + length > words.limit()) {
                throw new DeviceException(DeviceException.Kind.BUILD, "the image is SPIR-V that ends too early");
            }
            switch (operation) {
                case TYPE_BOOL -> bitsOfTypes.put(words.get(at + 1), NO_BITS);
                case TYPE_INT, TYPE_FLOAT -> bitsOfTypes.put(words.get(at + 1), words.get(at + 2));
                default -> {}
            }
            Integer bits = operation == CONSTANT_NULL ? bitsOfTypes.get(words.get(at + 1)) : null;
            if (bits == null) {
                for (int i = 0; i < length; i++) {
                    mended.putInt(words.get(at + i));
                }
            } else {
                int valueWords = (bits + Integer.SIZE - 1) / Integer.SIZE;
                mended.putInt((length + valueWords) << 16 | (bits == NO_BITS ? CONSTANT_FALSE : CONSTANT));
                mended.putInt(words.get(at + 1)).putInt(words.get(at + 2));
                for (int i = 0; i < valueWords; i++) {
                    mended.putInt(0);
                }
            }
            at += length;
        }
        byte[] result = new byte[mended.position()];
        mended.flip().get(result);
        return result;
    }
}
