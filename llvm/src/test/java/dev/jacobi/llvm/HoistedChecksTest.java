package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops over arrays whose range is checked before the first round, or after the last one: all small bounds, and those where integers wrap. */
class HoistedChecksTest {
    private static final int MIN = Integer.MIN_VALUE;
    private static final int MAX = Integer.MAX_VALUE;
    private static final int[] STARTS = {MIN, MIN + 1, -2, -1, 0, 1, 2, 3, MAX - 1, MAX};
    private static final int[] OFFSETS = {MIN, -2, -1, 0, 1, 2, MAX};
    /** Loops have few rounds or end at once, by an exception. */
    private static final int MOST_ROUNDS = 6;

    static int up(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            sum = 31 * sum + a[i + offset];
        }
        return sum;
    }

    static int upInclusive(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i <= bound; i++) {
            sum = 31 * sum + a[offset + i + 1];
        }
        return sum;
    }

    static int down(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i > bound; i--) {
            sum = 31 * sum + a[i - offset];
        }
        return sum;
    }

    static int downInclusive(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i >= bound; i--) {
            a[i + offset] += sum;
            sum = 31 * sum + a[i + offset];
        }
        return sum;
    }

    static int mirrored(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; bound > i; i++) {
            a[offset - i] = sum;
            sum = 31 * sum + i;
        }
        return sum;
    }

    static int notEveryRound(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            if (i + offset >= 0 && a != null && i + offset < a.length) {
                sum = 31 * sum + a[i + offset];
            }
        }
        return sum;
    }

    static int leftEarly(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            sum += a[i + offset];
            if (sum > 10) {
                break;
            }
        }
        return sum;
    }

    static int nested(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = start; j < bound; j++) {
                a[i * offset + j] += i;
                sum = 31 * sum + a[i * offset + j];
            }
        }
        return sum;
    }

    static int anywhere(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            sum = 31 * sum + a[i * i + offset];
        }
        return sum;
    }

    /** The elements before the one that is not there are written, those behind it are not. */
    static int anywhereWithStores(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            a[i - start] = 7 * i + 1;
            sum += a[a[i * offset & 7] & 3];
        }
        return sum;
    }

    static int anywhereInSomeRounds(int[] a, int start, int bound, int offset) {
        int sum = 0;
        for (int i = start; i < bound; i++) {
            if (((i ^ offset) & 1) == 0) {
                sum = 31 * sum + a[i * i];
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "upInclusive",
                "down",
                "downInclusive",
                "mirrored",
                "notEveryRound",
                "leftEarly",
                "nested",
                "anywhere",
                "anywhereWithStores",
                "anywhereInSomeRounds"
            })
    void sameResultsAndExceptions(String method) throws ReflectiveOperationException {
        BothBackends function = BothBackends.of(MethodHandles.lookup(), method);
        int checked = 0;
        for (int start : STARTS) {
            for (int bound : STARTS) {
                boolean goesDown = method.startsWith("down");
                long rounds = goesDown ? (long) start - bound : (long) bound - start;
                for (int offset : OFFSETS) {
                    for (int length = -1; length <= 4; length++) {
                        boolean endless = method.endsWith("Inclusive") && bound == (goesDown ? MIN : MAX);
                        boolean throwsAtOnce =
                                length < 1 && !method.equals("notEveryRound") && !method.equals("anywhereInSomeRounds");
                        if ((rounds > MOST_ROUNDS || endless) && !throwsAtOnce) {
                            continue;
                        }
                        int @Nullable [] array = length < 0 ? null : new int[length];
                        for (int i = 0; i < length; i++) {
                            array[i] = 3 * i + 1;
                        }
                        function.check(array, start, bound, offset);
                        checked++;
                    }
                }
            }
        }
        assertTrue(checked > 1_000, checked + " checked");
    }

    /** Ends by an exception only, if the bound is the greatest int. */
    static int anywhereUpToTheGreatest(int[] a, int start, int bound) {
        int sum = 0;
        for (int i = start; i <= bound; i++) {
            sum += a[i * 7 & 1023];
        }
        return sum;
    }

    @Test
    void anEndlessLoopEndsWhereAnIndexIsMissing() {
        NativeFunction function =
                NativeBackend.compile(MethodHandles.lookup(), "anywhereUpToTheGreatest", NativeOptions.DEFAULT);
        int[] tooShort = new int[100];
        assertThrows(
                ArrayIndexOutOfBoundsException.class,
                () -> function.handle().invokeWithArguments(tooShort, MAX - 20, MAX));
    }
}
