package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Parser;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/** Native code with a large frame, called where the Java stack is about to end. */
class DeepStackTest {
    private static final int ARRAYS = 88;
    private static final int CALLERS_BYTES = 400_000;

    private final MethodHandle function = NativeBackend.compile(
                    Parser.parse(LargeFrame.text(ARRAYS)),
                    () -> {
                        throw new IllegalStateException("it does not bail out");
                    },
                    NativeOptions.DEFAULT)
            .handle();
    private int deepest;

    @SuppressWarnings("InfiniteRecursion") // to the end of the stack
    private double descend(int depth) throws Throwable {
        deepest = depth;
        return (double) function.invokeExact(3, 3) + descend(depth + 1);
    }

    @Test
    void overflowsAsJavaDoesAndTheFunctionGoesOnToWork() throws Throwable {
        Throwable[] unexpected = new Throwable[1];
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        for (int round = 0; round < 10; round++) {
                            assertThrows(StackOverflowError.class, () -> descend(0));
                        }
                        assertEquals(0.5, (double) function.invokeExact(3, 3));
                    } catch (Throwable thrown) {
                        unexpected[0] = thrown;
                    }
                },
                "deep",
                CALLERS_BYTES);
        thread.start();
        thread.join();
        assertNull(unexpected[0]);
        assertTrue(deepest > 100, deepest + " calls deep");
    }
}
