package dev.jacobi.cache;

import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;

/**
 * Reads from memory what a {@link java.io.DataOutputStream} has written. A {@link java.io.DataInputStream} does too, but makes handles for all kinds of numbers when it reads the first, which takes a JVM that has just started a
 * millisecond.
 */
public final class EntryReader {
    private final byte[] bytes;
    private int position;

    /** @param bytes are not changed from now on */
    public EntryReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws EOFException if there is no more, as all that reads on does */
    public boolean readBoolean() throws IOException {
        return readByte() != 0;
    }

    public int readInt() throws IOException {
        return readByte() << 24 | readByte() << 16 | readByte() << 8 | readByte();
    }

    long readLong() throws IOException {
        return (long) readInt() << 32 | readInt() & 0xffff_ffffL;
    }

    /** The next so many bytes. */
    public byte[] readBytes(int count) throws IOException {
        requireLeft(count);
        byte[] read = new byte[count];
        System.arraycopy(bytes, position, read, 0, count);
        position += count;
        return read;
    }

    /** What {@code writeUTF} has written. */
    public String readUTF() throws IOException {
        int length = readByte() << 8 | readByte();
        requireLeft(length);
        int end = position + length;
        char[] text = new char[length];
        int count = 0;
        while (position < end) {
            int first = readByte();
            if (first < 0x80) {
                text[count] = (char) first;
            } else if (first >> 5 == 0b110) {
                text[count] = (char) ((first & 0x1f) << 6 | readNext());
            } else if (first >> 4 == 0b1110) {
                text[count] = (char) ((first & 0xf) << 12 | readNext() << 6 | readNext());
            } else {
                throw new UTFDataFormatException();
            }
            count++;
        }
        if (position != end) {
            throw new UTFDataFormatException();
        }
        return new String(text, 0, count);
    }

    /** Six bits of a character that has several bytes. */
    private int readNext() throws IOException {
        int next = readByte();
        if (next >> 6 != 0b10) {
            throw new UTFDataFormatException();
        }
        return next & 0x3f;
    }

    private int readByte() throws IOException {
        requireLeft(1);
        return bytes[position++] & 0xff;
    }

    private void requireLeft(int count) throws EOFException {
        if (count < 0 || count > bytes.length - position) {
            throw new EOFException();
        }
    }
}
