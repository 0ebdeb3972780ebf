package dev.jacobi.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryReaderTest {
    private interface Writing {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writing.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void numbersAreThoseThatWereWritten() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 1_000; round++) {
            int number = random.nextInt();
            long large = random.nextLong();
            boolean truth = random.nextBoolean();
            byte[] some = new byte[random.nextInt(9)];
            random.nextBytes(some);
            EntryReader in = new EntryReader(written(out -> {
                out.writeInt(number);
                out.writeLong(large);
                out.writeBoolean(truth);
                out.write(some);
            }));
            assertEquals(number, in.readInt());
            assertEquals(large, in.readLong());
            assertEquals(truth, in.readBoolean());
            assertArrayEquals(some, in.readBytes(some.length));
            assertThrows(EOFException.class, in::readBoolean);
        }
    }

    @Test
    void textsMayHaveAnyCharacters() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 1_000; round++) {
            char[] text = new char[random.nextInt(40)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (char) random.nextInt(1 << random.nextInt(1, 17));
            }
            EntryReader in = new EntryReader(written(out -> out.writeUTF(new String(text))));
            assertEquals(new String(text), in.readUTF());
        }
    }

    @Test
    void whatIsNotWholeIsRefused() throws IOException {
        byte[] text = written(out -> out.writeUTF("a\u00e9\u20ac"));
        for (int length = 0; length < text.length; length++) {
            EntryReader in = new EntryReader(Arrays.copyOf(text, length));
            assertThrows(EOFException.class, in::readUTF);
        }
        assertThrows(EOFException.class, () -> new EntryReader(new byte[3]).readInt());
        assertThrows(EOFException.class, () -> new EntryReader(new byte[7]).readLong());
        assertThrows(EOFException.class, () -> new EntryReader(new byte[3]).readBytes(4));
        assertThrows(EOFException.class, () -> new EntryReader(new byte[3]).readBytes(-1));
    }

    @Test
    void whatIsNoTextIsRefused() {
        for (int first : new int[] {0x80, 0xc3, 0xe2, 0xf0}) {
            EntryReader in = new EntryReader(new byte[] {0, 1, (byte) first, (byte) 0x80, (byte) 0x80});
            assertThrows(UTFDataFormatException.class, in::readUTF, "" + first);
        }
        EntryReader broken = new EntryReader(new byte[] {0, 2, (byte) 0xc3, 'a'});
        assertThrows(UTFDataFormatException.class, broken::readUTF);
    }
}
