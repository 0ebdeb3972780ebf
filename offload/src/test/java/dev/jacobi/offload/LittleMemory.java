package dev.jacobi.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.offload.Agreement.Outcome;
import dev.jacobi.offload.launch.HostArray;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs methods on devices whose memory has no place for all of their arrays. */
final class LittleMemory {
    static final int LENGTH = 5000;

    private LittleMemory() {}

    static StandInDevice device(String name, long memory) {
        return new StandInDevice(name, new AtomicLong(), 1, memory);
    }

    static double[] doubles(int seed) {
        return new Random(seed).doubles(LENGTH, -2, 2).toArray();
    }

    /** On a device with little memory, and on two. */
    static void agree(Outcome expected, OffloadedMethod method, String name, @Nullable Object... arguments) {
        long all = bytes(arguments);
        for (long memory : new long[] {all / 4, all / 2, all * 9 / 10}) {
            StandInDevice small = device("small", memory);
            StandInDevice other = device("other", memory + 5000);
            Outcome streamed = Agreement.onDevice(method, small.device(), arguments);
            assertTrue(
                    expected.isSame(streamed),
                    () -> name + " with " + memory + ": " + expected.text() + "\nbut " + streamed.text());
            assertTrue(
                    small.launches.get() > (expected.thrown() == null ? 1 : 0),
                    () -> name + " with " + memory + " in one launch");
            Outcome onTwo = Agreement.onDevices(method, List.of(small.device(), other.device()), arguments);
            assertTrue(
                    expected.isSame(onTwo),
                    () -> name + " on two with " + memory + ": " + expected.text() + "\nbut " + onTwo.text());
            assertEquals(0, small.allocated.get());
            assertEquals(0, other.allocated.get());
        }
    }

    /** Of all arrays, each once. */
    private static long bytes(@Nullable Object[] arguments) {
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Object argument : arguments) {
            if (argument != null && argument.getClass().isArray()) {
                arrays.add(argument);
            }
        }
        return arrays.stream()
                .mapToLong(array -> (long) HostArray.of(array).length()
                        * HostArray.of(array).elementBytes())
                .sum();
    }
}
