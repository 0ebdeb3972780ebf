package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacobi.ir.Parser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

/** Code that nobody can call any more takes no memory. With {@code -Djacobi.llvm.dropped=10000} so many functions, and the memory of the process after each thousand. */
class DroppedCodeTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int PER_STEP = 1_000;
    private static final long MOST_GROWTH_KB = 24 << 10;
    private static final int MOST_LEFT = 60;
    private static final int COUNT = Integer.getInteger("jacobi.llvm.dropped", 200);

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
    void memoryStaysWhatItWas() throws Exception {
        assumeTrue(Files.isReadable(STATUS), "skipped: the system does not say how much memory a process has");
        // A JVM of its own, whose heap is all there from the start: others' garbage would count.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms300m",
                        "-Xmx300m",
                        "-XX:+AlwaysPreTouch",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djacobi.llvm.objects=false",
                        "-Djacobi.llvm.dropped=" + COUNT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        DroppedCodeTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        System.out.print(COUNT >= PER_STEP ? printed : "");
        try (Scanner last = new Scanner(printed.lines().toList().getLast())) {
            long left = last.nextLong();
            assertTrue(left <= MOST_LEFT, left + " of " + COUNT + " are left");
            long growth = last.nextLong();
            assertTrue(growth < MOST_GROWTH_KB, "the process has grown by " + growth + " kB");
        }
    }

    /** Prints, last, how many functions are left and by how many kB the process has grown. */
    public static void main(String[] arguments) throws Throwable {
        int warmUp = Math.min(PER_STEP, COUNT / 2);
        long first = 0;
        for (int i = 1; i <= COUNT; i++) {
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
        for (int round = 0; round < 1_000 && LoadedCode.loaded() > MOST_LEFT; round++) {
            System.gc();
            Thread.onSpinWait();
        }
        System.out.println(LoadedCode.loaded() + " " + (resident() - first));
    }
}
