package dev.jacobi.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.Axis;
import dev.jacobi.Layout;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Type;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchRangeTest {
    private static final int WIDTH = Strip.WIDTH;

    private final List<String> done = new ArrayList<>();

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // bound by its name and type
    private void oneByOne(double[] numbers, int count, int from, int to, int[] progress) {
        done.add(from + "-" + to);
        progress[0] = to - 1;
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // bound by its name and type
    private static void failing(double[] numbers, int count, int from, int to, int[] progress) {
        throw new IllegalStateException(from + "-" + to + " " + progress.length);
    }

    @Test
    void stripsThatThrowBeforeTheyBeginAreDoneOnceOneByOne() throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType type =
                MethodType.methodType(void.class, double[].class, int.class, int.class, int.class, int[].class);
        MethodHandle loop = lookup.bind(this, "oneByOne", type);
        MethodHandle lanes = lookup.findStatic(BatchRangeTest.class, "failing", type);
        Map<Integer, Throwable> failures = new TreeMap<>();
        BatchSignature signature = new BatchSignature(
                "nothing",
                List.of(ConstantDescs.CD_double),
                ConstantDescs.CD_void,
                List.of(Axis.EACH),
                Layout.SEPARATE);
        ExamplesInStep.Strips strips =
                new ExamplesInStep.Strips(new Function("nothing", null, Type.VOID), List.of(), List.of(), false);
        new BatchRange(
                        new OneByOne(signature, loop, false, new boolean[1]),
                        new InStep(signature, lanes, strips, false),
                        false)
                .run(
                        new @Nullable Object[] {new double[12 * WIDTH], 12 * WIDTH, null, null, null},
                        3 * WIDTH,
                        9 * WIDTH,
                        failures);
        assertEquals(
                List.of(
                        3 * WIDTH + "-" + 4 * WIDTH,
                        4 * WIDTH + "-" + 5 * WIDTH,
                        5 * WIDTH + "-" + 6 * WIDTH,
                        6 * WIDTH + "-" + 7 * WIDTH,
                        7 * WIDTH + "-" + 9 * WIDTH),
                done);
        assertEquals(Map.of(), failures);
    }
}
