package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.ir.Parser;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class LoadedCodeTest {
    private static MethodHandle adding(int number) {
        return NativeBackend.compile(
                        Parser.parse("""
                                function add(%%0: int): int {
                                b0:
                                  %%1 = constant %d
                                  %%2: int = add %%0, %%1
                                  return %%2
                                }
                                """.formatted(number)),
                        () -> {
                            throw new IllegalStateException("it does not bail out");
                        },
                        NativeOptions.DEFAULT)
                .handle();
    }

    @Test
    void codeGoesWithTheLastReferenceToItAndNotBefore() throws Throwable {
        MethodHandle kept = adding(1_000);
        int before = LoadedCode.loaded();
        int count = 60;
        for (int i = 0; i < count; i++) {
            assertEquals(5 + i, (int) adding(i).invokeExact(5));
        }
        // The collector says when; it does so soon after it has run.
        for (int round = 0; round < 1_000 && LoadedCode.loaded() > before; round++) {
            System.gc();
            Thread.onSpinWait();
        }
        assertTrue(LoadedCode.loaded() <= before, LoadedCode.loaded() + " of " + count + " are left");
        assertEquals(1_005, (int) kept.invokeExact(5));
    }
}
