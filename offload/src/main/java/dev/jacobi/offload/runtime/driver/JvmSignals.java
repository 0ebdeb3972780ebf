package dev.jacobi.offload.runtime.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps the handlers of signals that the JVM lives by. A driver that is loaded may put its own in their place: PoCL does for the signal of a division by zero, after which {@code 1 / 0}
 * would give a number in all of the JVM. Only Linux is known to need this; elsewhere nothing is done.
 */
@SuppressWarnings("restricted") // the signatures are those of POSIX
public final class JvmSignals {
    /** SIGILL, SIGBUS, SIGFPE, SIGSEGV, SIGUSR2. */
    private static final int[] SIGNALS = {4, 7, 8, 11, 12};
    /** More than what any Linux says of a handler. */
    private static final long HANDLER_BYTES = 512;

    private JvmSignals() {}

    /** Loads drivers; afterwards the handlers are what they were before. */
    public static <T> T keptDuring(Supplier<T> loading) {
        Optional<MethodHandle> sigaction =
                function("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        if (sigaction.isEmpty()) {
            return loading.get();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] handlers = new MemorySegment[SIGNALS.length];
            boolean[] known = new boolean[SIGNALS.length];
            for (int index = 0; index < SIGNALS.length; index++) {
                handlers[index] = arena.allocate(HANDLER_BYTES, 16);
                known[index] = call(sigaction.get(), SIGNALS[index], MemorySegment.NULL, handlers[index]) == 0;
            }
            try {
                return loading.get();
            } finally {
                for (int index = 0; index < SIGNALS.length; index++) {
                    if (known[index]) {
                        call(sigaction.get(), SIGNALS[index], handlers[index], MemorySegment.NULL);
                    }
                }
            }
        }
    }

    /** Sets a variable of the environment for libraries that are loaded from now on; Java does not see it. */
    public static void environment(String name, String value) {
        function("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
                .ifPresent(setenv -> {
                    try (Arena arena = Arena.ofConfined()) {
                        call(setenv, arena.allocateFrom(name), arena.allocateFrom(value), 1);
                    }
                });
    }

    private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(address -> linker.downcallHandle(address, type));
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
