package dev.jacobi.llvm.library;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads in which LLVM works: a new one for each piece of work, since one in which LLVM found a fatal error can never return from it, and
 * with a stack that suits LLVM's recursion. Not more than there are processors work at a time.
 */
public final class CompileThread {
    private static final long STACK_BYTES = 64L << 20;
    private static final Semaphore PLACES = new Semaphore(Runtime.getRuntime().availableProcessors());
    private static final ThreadLocal<@Nullable CompileThread> CURRENT = new ThreadLocal<>();

    private final CompletableFuture<@Nullable Object> outcome = new CompletableFuture<>();
    private final StringBuilder errors = new StringBuilder();
    private final StringBuilder warnings = new StringBuilder();

    private CompileThread() {}

    /** Does the work in a thread of its own, and waits for it, also if this thread is interrupted meanwhile. */
    public static <T extends @Nullable Object> T run(Callable<T> work) {
        PLACES.acquireUninterruptibly();
        try {
            return runAtOnce(work);
        } finally {
            PLACES.release();
        }
    }

    /** The same for little work that others may wait for while they hold the places: it needs none, and work that is done in such a thread already stays there. */
    @SuppressWarnings("unchecked") // the outcome is what the work gave
    public static <T extends @Nullable Object> T runAtOnce(Callable<T> work) {
        try {
            if (CURRENT.get() != null) {
                return work.call();
            }
            CompileThread state = new CompileThread();
            Thread.ofPlatform()
                    .name("jacobi-llvm")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .stackSize(STACK_BYTES)
                    .start(() -> state.complete(work));
            return (T) state.outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            } else if (e.getCause() instanceof Error thrown) {
                throw thrown;
            }
            throw new IllegalStateException(e.getCause());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void complete(Callable<? extends @Nullable Object> work) {
        CURRENT.set(this);
        try {
            outcome.complete(work.call());
        } catch (Throwable thrown) {
            outcome.completeExceptionally(thrown);
        }
    }

    /** Notes what LLVM has to say about the present work. */
    public static void report(boolean isError, String message) {
        CompileThread current = CURRENT.get();
        if (current != null) {
            (isError ? current.errors : current.warnings).append(message).append('\n');
        }
    }

    /** What was reported as an error in this thread's work, empty if nothing was. */
    public static String errors() {
        CompileThread current = CURRENT.get();
        return current == null ? "" : current.errors.toString().trim();
    }

    /** What was reported otherwise. */
    public static String warnings() {
        CompileThread current = CURRENT.get();
        return current == null ? "" : current.warnings.toString().trim();
    }

    /** Gives the present work up without returning to LLVM. */
    public static void parkForEver(String reason) {
        CompileThread current = CURRENT.get();
        if (current != null) {
            current.outcome.completeExceptionally(
                    LibLlvm.failure(reason.lines().findFirst().orElse(reason)));
        }
        while (true) {
            LockSupport.park();
        }
    }
}
