package dev.jacobi.offload.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads for the devices of a launch, but the first, which the caller's own thread serves, and for what is made in the background. They end when there is nothing to do for a minute. */
public final class DeviceThreads {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("jacobi-offload-", 0).daemon().factory());

    private static final Executor BACKGROUND = background();

    private DeviceThreads() {}

    private static Executor background() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform()
                        .name("jacobi-offload-background")
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .factory());
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /** Starts something that nobody waits for; one such task after the other, as it only competes with the program. */
    public static void inBackground(Runnable task) {
        BACKGROUND.execute(task);
    }

    /**
     * Runs tasks at the same time, and waits until all are done, also if the thread is interrupted, which it is then afterwards.
     *
     * @throws RuntimeException the first that a task threw, in their order, with the others suppressed
     */
    static void run(List<? extends Runnable> tasks) {
        List<Future<?>> others = new ArrayList<>();
        for (Runnable task : tasks.subList(1, tasks.size())) {
            others.add(THREADS.submit(task));
        }
        Throwable thrown = null;
        try {
            tasks.getFirst().run();
        } catch (RuntimeException | Error e) {
            thrown = e;
        }
        boolean interrupted = false;
        for (Future<?> other : others) {
            for (boolean done = false; !done; ) {
                try {
                    other.get();
                    done = true;
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    thrown = both(thrown, e.getCause());
                    done = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thrown != null) {
            throw Rethrown.rethrow(thrown);
        }
    }

    private static Throwable both(@Nullable Throwable first, Throwable second) {
        if (first == null) {
            return second;
        }
        if (first != second) {
            first.addSuppressed(second);
        }
        return first;
    }
}
