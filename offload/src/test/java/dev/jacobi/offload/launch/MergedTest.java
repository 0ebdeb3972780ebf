package dev.jacobi.offload.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What devices have written of one array each, put together: arrays of all kinds and lengths, elements dealt out at random. */
class MergedTest {
    private static Object number(Class<?> component, Random random) {
        return switch (component.getName()) {
            case "int" -> random.nextInt();
            case "long" -> random.nextLong();
            case "double" -> random.nextInt(4) == 0 ? -0.0 : random.nextInt(3) == 0 ? 0.0 : random.nextGaussian();
            case "float" -> random.nextInt(4) == 0 ? Float.NaN : (float) random.nextGaussian();
            case "byte" -> (byte) random.nextInt();
            case "short" -> (short) random.nextInt();
            case "char" -> (char) random.nextInt();
            default -> random.nextBoolean();
        };
    }

    private static Object copy(Object array) {
        Object copy = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
        System.arraycopy(array, 0, copy, 0, Array.getLength(array));
        return copy;
    }

    @Test
    void eachElementIsAsItsWriterLeftIt() {
        List<Class<?>> components = List.of(
                double.class, float.class, long.class, int.class, short.class, char.class, byte.class, boolean.class);
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Class<?> component = components.get(random.nextInt(components.size()));
            int length = random.nextInt(30);
            int devices = 1 + random.nextInt(3);
            Object before = Array.newInstance(component, length);
            for (int i = 0; i < length; i++) {
                Array.set(before, i, number(component, random));
            }
            Object expected = copy(before);
            List<Object> copies = new ArrayList<>();
            for (int device = 0; device < devices; device++) {
                copies.add(copy(before));
            }
            int[] writer = new int[length];
            Arrays.fill(writer, -1);
            for (int i = 0; i < length; i++) {
                int device = random.nextInt(devices + 2);
                if (device < devices) {
                    Object value = number(component, random);
                    writer[i] = device;
                    Array.set(copies.get(device), i, value);
                    Array.set(expected, i, value);
                }
            }
            Object merged = copy(before);
            List<Elements> changed = Merged.into(merged, copies);
            String what = "seed " + seed;
            assertTrue(Arrays.deepEquals(new Object[] {expected}, new Object[] {merged}), what);
            for (int i = 0; i < length; i++) {
                boolean differs =
                        !Arrays.deepEquals(new Object[] {Array.get(before, i)}, new Object[] {Array.get(merged, i)});
                assertTrue(!differs || changed.get(writer[i]).contains(i, i + 1), what);
            }
            assertEquals(devices, changed.size());
        }
    }
}
