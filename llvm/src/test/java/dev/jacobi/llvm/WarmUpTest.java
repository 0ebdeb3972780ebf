package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.invoke.MethodHandles;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    static double square(double x) {
        return x * x;
    }

    @Test
    void itEndsByItselfAndIsDoneOnce() throws Throwable {
        new LlvmCompiler().prepare();
        new LlvmCompiler().prepare();
        long threads = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("jacobi-native-start")) {
                threads++;
                thread.join(Duration.ofMinutes(1));
                assertFalse(thread.isAlive());
            }
        }
        assertEquals(1, Math.max(1, threads));
        NativeFunction function = NativeBackend.compile(MethodHandles.lookup(), "square", NativeOptions.DEFAULT);
        assertEquals(9.0, (double) function.handle().invokeExact(3.0));
    }
}
