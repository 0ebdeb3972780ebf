package dev.jacobi.conformance.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Checks many programs on all processors, and shrinks those that fail. */
final class Fuzz {
    private static final int BATCH = 200;

    /** A failing program as it was generated, shrunk, and what is wrong with it. */
    record Failure(Program program, Program shrunk, Mismatch mismatch) {
        @Override
        public String toString() {
            return "seed " + program.seed() + ", form " + mismatch.form() + "\n"
                    + shrunk.source()
                    + "arguments: " + mismatch.arguments() + "\n" + mismatch.difference() + "\n";
        }
    }

    /** Told how many programs are done and how many of them fail, and each failure once it is shrunk. */
    interface Listener {
        void done(long programs, int failing);

        default void found(Failure failure) {}
    }

    private final Check check;
    private final long firstSeed;
    private final long programs;
    private final int maxFailures;
    private final Listener listener;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();

    /**
     * @param maxFailures after so many the search ends
     * @param listener told after each program
     */
    Fuzz(Check check, long firstSeed, long programs, int maxFailures, Listener listener) {
        this.check = check;
        this.firstSeed = firstSeed;
        this.programs = programs;
        this.maxFailures = maxFailures;
        this.listener = listener;
    }

    long done() {
        return done.get();
    }

    List<Failure> run() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().name("fuzz-" + i).start(this::work));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (!errors.isEmpty()) {
            throw new IllegalStateException("the search itself failed", errors.peek());
        }
        return List.copyOf(failures);
    }

    private void work() {
        try {
            MemoryCompiler compiler = new MemoryCompiler();
            for (long first = next.getAndAdd(BATCH);
                    first < programs && failed.get() < maxFailures && errors.isEmpty();
                    first = next.getAndAdd(BATCH)) {
                batch(compiler, first, Math.min(first + BATCH, programs));
            }
        } catch (Throwable e) {
            errors.add(e);
        }
    }

    private void batch(MemoryCompiler compiler, long from, long to) throws ClassNotFoundException {
        Map<String, Program> made = new LinkedHashMap<>();
        Map<String, String> sources = new LinkedHashMap<>();
        for (long i = from; i < to; i++) {
            Program program = check.generate(firstSeed + i);
            made.put(program.className(), program);
            sources.put(program.className(), program.source());
        }
        Map<String, byte[]> classes = compiler.compile(sources, from / BATCH % 4 == 0);
        MemoryCompiler.Loader loader = new MemoryCompiler.Loader(classes);
        for (Program program : made.values()) {
            Optional<Mismatch> mismatch = check.check(program, loader.loadClass(program.className()));
            if (mismatch.isPresent() && failed.getAndIncrement() < maxFailures) {
                report(program, mismatch.get());
            }
            listener.done(done.incrementAndGet(), failed.get());
        }
    }

    private void report(Program program, Mismatch mismatch) {
        Program shrunk = Shrinker.shrink(program, check, mismatch);
        MemoryCompiler compiler = new MemoryCompiler();
        Map<String, byte[]> classes = compiler.compile(Map.of(shrunk.className(), shrunk.source()), true);
        try {
            Class<?> type = new MemoryCompiler.Loader(classes).loadClass(shrunk.className());
            Mismatch last = check.check(shrunk, type).orElse(mismatch);
            Failure failure = new Failure(program, shrunk, last);
            failures.add(failure);
            listener.found(failure);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
