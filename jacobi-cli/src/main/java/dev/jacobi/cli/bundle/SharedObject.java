package dev.jacobi.cli.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A shared library of Linux as bytes. */
final class SharedObject {
    private static final int HEADER_BYTES = 64;
    private static final int SECTIONS_PLACE = 40;
    private static final int SECTION_BYTES = 58;
    private static final int SEGMENTS_PLACE = 32;
    private static final int SEGMENT_BYTES = 54;
    private static final int SEGMENT_COUNT = 56;
    private static final int SEGMENT_FILE_PLACE = 8;
    private static final int SEGMENT_FILE_BYTES = 32;

    private SharedObject() {}

    /**
     * What the loader needs: the bytes up to the end of the last segment, without the table of sections. Symbols for debuggers, which come after that, are a tenth of LLVM. What is not a library of 64 bits for
     * Linux, least byte first, stays as it is.
     */
    static byte[] withoutSymbols(byte[] file) {
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean isKnown = file.length >= HEADER_BYTES
                && file[0] == 0x7f
                && file[1] == 'E'
                && file[2] == 'L'
                && file[3] == 'F'
                && file[4] == 2
                && file[5] == 1;
        if (!isKnown) {
            return file;
        }
        long segments = header.getLong(SEGMENTS_PLACE);
        int each = Short.toUnsignedInt(header.getShort(SEGMENT_BYTES));
        int count = Short.toUnsignedInt(header.getShort(SEGMENT_COUNT));
        long end = segments + (long) each * count;
        for (int segment = 0; segment < count; segment++) {
            int place = Math.toIntExact(segments + (long) each * segment);
            end = Math.max(
                    end, header.getLong(place + SEGMENT_FILE_PLACE) + header.getLong(place + SEGMENT_FILE_BYTES));
        }
        byte[] shorter = Arrays.copyOf(file, Math.toIntExact(Math.min(end, file.length)));
        ByteBuffer changed = ByteBuffer.wrap(shorter).order(ByteOrder.LITTLE_ENDIAN);
        changed.putLong(SECTIONS_PLACE, 0);
        // The size of an entry, how many there are, and which has the names.
        changed.putShort(SECTION_BYTES, (short) 0);
        changed.putShort(SECTION_BYTES + 2, (short) 0);
        changed.putShort(SECTION_BYTES + 4, (short) 0);
        return shorter;
    }
}
