package dev.jacobi.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Emitted code, whole and split, against the interpreter. */
class RandomFunctionsTest {
    private static final int FUNCTIONS = Integer.getInteger("jacobi.jvm.functions", 150);

    private record Outcome(
            @Nullable Object result, @Nullable Class<?> thrown, double[] array) {
        void assertSame(Outcome other, String what) {
            assertEquals(thrown, other.thrown, what);
            assertEquals(result, other.result, what);
            assertArrayEquals(array, other.array, what);
        }
    }

    private interface Call {
        Object apply(double[] array) throws Throwable;
    }

    private static Outcome outcome(Call call) {
        double[] array = {1, -2, 0.5, 1e10, -0.0, 3, 7, 9};
        try {
            return new Outcome(call.apply(array), null, array);
        } catch (Throwable thrown) {
            return new Outcome(null, thrown.getClass(), array);
        }
    }

    private static Outcome interpreted(Function function) {
        return outcome(array -> Objects.requireNonNull(
                new Interpreter(MethodHandles.lookup()).call(function, List.of(5, -7L, 1.5f, 2.25, array))));
    }

    private static Outcome emitted(MethodHandle handle) {
        return outcome(array -> (Object) (double) handle.invokeExact(5, -7L, 1.5f, 2.25, array));
    }

    @Test
    void emittedFunctionsGiveWhatTheInterpreterGives() {
        int returned = 0;
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            Function function = RandomFunctions.make(seed, 150);
            Verifier.verify(function);
            Outcome expected = interpreted(function);
            CompiledMethod compiled = HiddenClasses.compile(function, MethodHandles.lookup());
            expected.assertSame(emitted(compiled.handle()), "seed " + seed);
            returned += expected.thrown == null ? 1 : 0;
        }
        assertTrue(returned > FUNCTIONS / 5, returned + " functions returned");
    }

    @Test
    void splitFunctionsGiveWhatTheInterpreterGives() {
        int split = 0;
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            Function function = RandomFunctions.make(seed, 1000);
            Outcome expected = interpreted(function);
            CompiledMethod compiled = HiddenClasses.compile(function, MethodHandles.lookup(), 1_600);
            compiled.codeSizes().forEach((name, size) -> assertTrue(size <= 1_600, name + " has " + size));
            expected.assertSame(emitted(compiled.handle()), "seed " + seed);
            split += compiled.codeSizes().size() > 1 ? 1 : 0;
        }
        assertTrue(split > FUNCTIONS / 2, split + " functions were split");
    }
}
