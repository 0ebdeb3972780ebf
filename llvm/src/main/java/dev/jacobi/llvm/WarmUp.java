package dev.jacobi.llvm;

import dev.jacobi.llvm.library.CompileThread;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has LLVM compile and load a function that does nothing, in a thread of its own, while the first function that is to be compiled is still being made: to load the library, to bind its functions and to have it look up what it needs
 * takes the fifth part of a second.
 */
final class WarmUp {
    private static final AtomicBoolean BEGUN = new AtomicBoolean();
    private static final String TEXT = "define i32 @\"" + CodeLoader.ENTRY + "\"(ptr %frame) {\n  ret i32 0\n}\n";

    private WarmUp() {}

    /** Begins, unless that was done before, and returns at once. */
    static void begin() {
        if (BEGUN.compareAndSet(false, true)) {
            Thread.ofPlatform()
                    .name("jacobi-native-start")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(WarmUp::run);
        }
    }

    private static void run() {
        try {
            CompileThread.run(() -> CodeLoader.load(TEXT, "warm-up"));
        } catch (RuntimeException | LinkageError _) {
            // Whoever compiles will say so.
        }
    }
}
