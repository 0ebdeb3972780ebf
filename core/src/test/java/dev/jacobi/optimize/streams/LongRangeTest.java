package dev.jacobi.optimize.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.OpCode;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.testing.Transformed;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of longs as loops: counted by themselves, or by an int where a loop is to be cut into parts. */
final class LongRangeTest {
    private static final long[] ENDS = {
        Long.MIN_VALUE, Long.MIN_VALUE + 2, -3, 0, 1, 5, 1L << 40, (1L << 40) + 3, Long.MAX_VALUE - 2, Long.MAX_VALUE
    };

    private static Transformed transformed(String method, boolean reordering) {
        return Transformed.of(MethodHandles.lookup(), method, (function, check) -> {
            Pipeline pipeline = Pipeline.forDifferentiation(LongRangeTest.class, _ -> false);
            (reordering ? pipeline.inliningAll().reordering() : pipeline)
                    .run(function, (stage, after, _) -> check.accept(stage, after));
        });
    }

    static long open(long from, long to) {
        return LongStream.range(from, to).parallel().map(i -> i * i ^ i).sum();
    }

    static long closed(long from, long to) {
        return LongStream.rangeClosed(from, to).parallel().map(i -> i * 3 + 1).sum();
    }

    static long count(long from, long to) {
        return LongStream.range(from, to).parallel().filter(i -> (i & 1) == 0).count();
    }

    static double[] array(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .parallel()
                .mapToDouble(i -> i / 2.0)
                .toArray();
    }

    static long firstMultiple(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .parallel()
                .filter(i -> i % 7 == 0)
                .findFirst()
                .orElse(-1);
    }

    static int indices(long from, long to) {
        return LongStream.range(from, to)
                .parallel()
                .mapToInt(i -> (int) (5 * i - from) + (int) (i * i))
                .sum();
    }

    private static boolean isFew(long from, long to) {
        return from > to || to - from >= 0 && to - from < 100;
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "closed", "count", "array", "firstMultiple", "indices"})
    void aLoopGivesWhatTheStreamGives(String method) {
        for (boolean reordering : new boolean[] {false, true}) {
            Transformed transformed = transformed(method, reordering);
            assertFalse(transformed.all(OpCode.INVOKE_INTERFACE).stream()
                    .anyMatch(call -> call.method().owner().displayName().contains("Stream")));
            for (long from : ENDS) {
                for (long to : ENDS) {
                    if (isFew(from, to)) {
                        transformed.agreesOn(from, to);
                    }
                }
            }
        }
    }

    static double parallel(double[] x) {
        return LongStream.range(0, x.length)
                .parallel()
                .mapToDouble(i -> x[(int) i])
                .sum();
    }

    @Test
    void indicesOfArraysAreInts() {
        Transformed transformed = transformed("parallel", true);
        assertEquals(
                0,
                transformed.all(OpCode.CONVERT).stream()
                        .filter(convert -> convert.operand(0).isResultOf(OpCode.ADD))
                        .count());
        transformed.agreesOn(new double[] {3, 1, 2});
    }

    @Test
    void moreRoundsThanAnIntCountsAreRefusedWhereALoopIsCut() {
        Transformed open = transformed("open", true);
        Transformed closed = transformed("closed", true);
        for (long[] range : new long[][] {
            {0, 1L << 31}, {Long.MIN_VALUE, Long.MAX_VALUE}, {-5, Long.MAX_VALUE}, {Long.MIN_VALUE, 5}, {0, -1 >>> 1}
        }) {
            if (range[1] - range[0] != Integer.MAX_VALUE) {
                assertRefused(open, range[0], range[1]);
            }
            assertRefused(closed, range[0], range[1]);
        }
        assertRefused(closed, -1, Integer.MAX_VALUE - 1L);
    }

    private static void assertRefused(Transformed transformed, long from, long to) {
        JacobiException refused = assertThrows(
                JacobiException.class,
                () -> new Interpreter(MethodHandles.lookup()).call(transformed.function(), List.of(from, to)));
        assertEquals(Refusal.NOT_ON_DEVICE, refused.refusal());
        assertEquals(
                "cannot run a parallel stream on a device that has more rounds than an int counts",
                refused.getMessage().lines().findFirst().orElseThrow());
    }
}
