package dev.jacobi.backend;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Chooses between two versions of a function for the sizes of the arguments of each call, by their measured times. Calls of a new size are timed by turns until the
 * faster one is known, and again after some hundred calls, later after more and more of them, since the JVM's code gets faster meanwhile. Threads may lose each other's counts, which costs
 * some more timed calls and nothing else.
 */
final class ChoiceBySize {
    static final int JVM = 0;
    static final int NATIVE = 1;
    static final int TIMED_JVM = 2;
    static final int TIMED_NATIVE = 3;

    /** Of each version in one trial. */
    private static final int TIMED_CALLS = 8;
    /** After so much time in a trial {@link #FEW_CALLS} suffice. */
    private static final long ENOUGH_NANOSECONDS = 50_000_000;
    /** The first calls find cold caches and code that is not compiled yet. */
    private static final int FEW_CALLS = 3;

    /** Native code so many times as slow gets no second long call: unlike the JVM's, it does not get faster. */
    private static final int HOPELESS = 4;

    private static final int FIRST_PAUSE = 200;
    private static final int MOST_PAUSE = 1 << 20;

    private final Size[] sizes = new Size[ArgumentSizes.KEYS];
    private final BiConsumer<String, String> onChoice;

    /** @param onChoice is told, at each choice, which size it is about and how it came out */
    ChoiceBySize(BiConsumer<String, String> onChoice) {
        this.onChoice = onChoice;
    }

    private static final class Size {
        boolean isNative;
        /** Calls until the next trial; 0 during one. */
        int pause;

        int nextPause = FIRST_PAUSE;
        int jvmCalls;
        int nativeCalls;
        long jvm;
        long compiled;
        long spent;
        /** Of the last trial that is over; 0 before. */
        long jvmBefore;

        long compiledBefore;

        Size() {
            begin();
        }

        void begin() {
            pause = 0;
            jvmCalls = 0;
            nativeCalls = 0;
            jvm = Long.MAX_VALUE;
            compiled = Long.MAX_VALUE;
            spent = 0;
        }
    }

    /** What the next call with this key does. */
    int choose(int key) {
        Size size = sizes[key];
        if (size == null) {
            size = new Size();
            sizes[key] = size;
        }
        if (size.pause > 0) {
            size.pause--;
            if (size.pause > 0) {
                return size.isNative ? NATIVE : JVM;
            }
            synchronized (this) {
                size.begin();
            }
        }
        return size.nativeCalls < size.jvmCalls ? TIMED_NATIVE : TIMED_JVM;
    }

    /** Notes how long a timed call took. */
    synchronized void record(int key, boolean isNative, long nanoseconds) {
        Size size = sizes[key];
        if (size == null || size.pause > 0) {
            return;
        }
        size.spent += nanoseconds;
        if (isNative) {
            size.nativeCalls++;
            size.compiled = Math.min(size.compiled, nanoseconds);
        } else {
            size.jvmCalls++;
            size.jvm = Math.min(size.jvm, nanoseconds);
        }
        int calls = Math.min(size.jvmCalls, size.nativeCalls);
        boolean hopeless = calls > 0 && size.compiled / HOPELESS > size.jvm;
        boolean enough = calls >= FEW_CALLS || hopeless;
        if (calls >= TIMED_CALLS || enough && size.spent >= ENOUGH_NANOSECONDS) {
            size.jvmBefore = size.jvm;
            size.compiledBefore = size.compiled;
            boolean before = size.isNative;
            boolean first = size.nextPause == FIRST_PAUSE;
            size.isNative = size.compiled < size.jvm;
            size.pause = size.nextPause;
            size.nextPause = Math.min(MOST_PAUSE, 2 * size.nextPause);
            if (first || before != size.isNative) {
                onChoice.accept(ArgumentSizes.describe(key), outcome(size));
            }
        }
    }

    /** Whether the native version is the choice for a key, or null if that is not known yet. */
    synchronized @Nullable Boolean choice(int key) {
        Size size = sizes[key];
        return size == null || size.pause == 0 ? null : size.isNative;
    }

    /** The choices that there are, the smaller arguments first. */
    synchronized List<BackendChoice> choices(String derivative) {
        List<BackendChoice> choices = new ArrayList<>();
        for (int key = 0; key < ArgumentSizes.KEYS; key++) {
            Size size = sizes[key];
            if (size != null && size.compiledBefore != 0) {
                choices.add(new BackendChoice(
                        derivative,
                        ArgumentSizes.describe(key),
                        size.isNative ? Backend.LLVM : Backend.JVM,
                        times(size),
                        false));
            }
        }
        return choices;
    }

    private static String times(Size size) {
        return size.compiledBefore + " ns natively, " + size.jvmBefore + " ns on the JVM";
    }

    private static String outcome(Size size) {
        return (size.isNative ? "native code" : "the JVM") + ": " + times(size);
    }
}
