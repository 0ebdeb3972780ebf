package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.ir.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Code that nobody can call any more takes no memory. With {@code -Djacobi.llvm.dropped=10000} so many functions, and the memory of the process after each thousand. */
class DroppedCodeTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int PER_STEP = 1_000;
    private static final long MOST_GROWTH_KB = 24 << 10;

    /** The memory of this process that is in use, in kB. */
    private static long resident() throws IOException {
        try (var lines = Files.lines(STATUS)) {
            String line =
                    lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
    }

    /** A function unlike all others, compiled, called and forgotten. */
    private static void compileAndDrop(int number) throws Throwable {
        NativeFunction function = NativeBackend.compile(
                Parser.parse("""
                        function scaled(%%0: double[]): double {
                        b0:
                          %%1 = constant 0
                          %%2 = constant 0.0
                          %%3: int = array_length %%0
                          jump b1(%%1, %%2)
                        b1(%%4: int, %%5: double):
                          %%6 = lt %%4, %%3
                          branch %%6, b2, b3
                        b2:
                          %%7: double = array_load double %%0, %%4
                          %%8 = constant %d.5
                          %%9: double = mul %%7, %%8
                          %%10: double = add %%5, %%9
                          %%11 = constant 1
                          %%12: int = add %%4, %%11
                          jump b1(%%12, %%10)
                        b3:
                          return %%5
                        }
                        """.formatted(number)),
                () -> {
                    throw new IllegalStateException("it does not bail out");
                },
                NativeOptions.DEFAULT);
        assertEquals(3 * (number + 0.5), (double) function.handle().invokeExact(new double[] {1, 2}));
    }

    @Test
    void memoryStaysWhatItWas() throws Throwable {
        assumeTrue(Files.isReadable(STATUS));
        int count = Integer.getInteger("jacobi.llvm.dropped", 200);
        int warmUp = Math.min(PER_STEP, count / 2);
        long first = 0;
        for (int i = 1; i <= count; i++) {
            compileAndDrop(i);
            if (i % 50 == 0) {
                System.gc();
            }
            if (i == warmUp) {
                first = resident();
            }
            if (i % PER_STEP == 0) {
                System.out.println(
                        i + " functions: " + resident() / 1024 + " MB, " + LoadedCode.loaded() + " of them there");
            }
        }
        for (int round = 0; round < 1_000 && LoadedCode.loaded() > 60; round++) {
            System.gc();
            Thread.onSpinWait();
        }
        assertTrue(LoadedCode.loaded() <= 60, LoadedCode.loaded() + " of " + count + " are left");
        long growth = resident() - first;
        assertTrue(growth < MOST_GROWTH_KB, "the process has grown by " + growth + " kB");
    }
}
