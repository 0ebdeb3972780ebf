package dev.jacobi.backend;

import static java.lang.invoke.MethodHandles.collectArguments;
import static java.lang.invoke.MethodHandles.dropArguments;
import static java.lang.invoke.MethodHandles.foldArguments;

import dev.jacobi.Backend;
import dev.jacobi.BackendChoice;
import dev.jacobi.JacobiException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A function that runs on the JVM at once, is compiled natively in the background after its first call, and from then on runs where it was measured to be
 * faster for arguments of that size. What it has chosen is logged by {@code dev.jacobi.backend} at DEBUG.
 */
public final class AutomaticCode {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    /** Guarded by itself. */
    private static final Set<AutomaticCode> ALIVE = Collections.newSetFromMap(new WeakHashMap<>());

    /** To find a logger takes longer than a first call should. */
    private static final class Log {
        static final System.Logger OF_BACKEND = System.getLogger("dev.jacobi.backend");
    }

    /** What waits to be compiled; one thread does that, one function after the other. */
    private static final class Background {
        static final BlockingQueue<Runnable> QUEUE = new LinkedBlockingQueue<>();

        static {
            Thread.ofPlatform()
                    .name("jacobi-native")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(Background::work);
        }

        private static void work() {
            while (true) {
                try {
                    QUEUE.take().run();
                } catch (InterruptedException _) {
                    // Nobody has a reason to stop this thread.
                }
            }
        }
    }

    /** Makes native code, or says by a {@link JacobiException} why there is none. */
    @FunctionalInterface
    public interface NativeMaker {
        /** What has the type of {@code onJvm}. */
        MethodHandle make(MethodHandle onJvm);
    }

    private final String name;
    private final MethodHandle onJvm;
    private final Site site;
    private final ChoiceBySize choice;
    private final AtomicBoolean called = new AtomicBoolean();
    private @Nullable NativeMaker maker;

    /** Why there is no native code to choose, or nothing if there is. */
    private volatile Optional<String> reason = Optional.of("not called yet");

    private volatile boolean pending = true;

    /** The callers keep this, and so what is known about the choice. */
    private static final class Site extends MutableCallSite {
        @SuppressWarnings({"unused", "UnusedVariable"}) // is kept alive by it
        private final AutomaticCode code;

        Site(MethodType type, AutomaticCode code) {
            super(type);
            this.code = code;
        }
    }

    private AutomaticCode(String name, NativeMaker maker, MethodHandle onJvm) {
        this.maker = maker;
        this.onJvm = onJvm;
        this.name = name;
        site = new Site(onJvm.type(), this);
        choice = new ChoiceBySize(
                (size, outcome) -> Log.OF_BACKEND.log(Level.DEBUG, "{0}, {1}: {2}", name, size, outcome));
        site.setTarget(foldArguments(onJvm, bound("onCall", MethodType.methodType(void.class))));
    }

    /**
     * A handle of the type of {@code onJvm}.
     *
     * @param maker is asked once at most, by the background thread
     * @param onJvm what runs on the JVM
     */
    public static MethodHandle of(String name, NativeMaker maker, MethodHandle onJvm) {
        AutomaticCode code = new AutomaticCode(name, maker, onJvm);
        MethodHandle invoker = code.site.dynamicInvoker();
        synchronized (ALIVE) {
            ALIVE.add(code);
        }
        return invoker;
    }

    /** What was chosen for all that is in use. */
    public static List<BackendChoice> choices() {
        List<AutomaticCode> codes;
        synchronized (ALIVE) {
            codes = List.copyOf(ALIVE);
        }
        return codes.stream()
                .sorted(Comparator.comparing((AutomaticCode code) -> code.name))
                .flatMap(code -> code.ownChoices().stream())
                .toList();
    }

    private List<BackendChoice> ownChoices() {
        Optional<String> absence = reason;
        if (absence.isPresent()) {
            return List.of(new BackendChoice(name, "", Backend.JVM, absence.get(), pending));
        }
        List<BackendChoice> bySize = choice.choices(name);
        return bySize.isEmpty()
                ? List.of(new BackendChoice(name, "", Backend.JVM, "compiled natively, not compared yet", true))
                : bySize;
    }

    private MethodHandle bound(String method, MethodType type) {
        return find(method, type).bindTo(this);
    }

    private static MethodHandle find(String method, MethodType type) {
        try {
            return LOOKUP.findVirtual(AutomaticCode.class, method, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private void onCall() {
        if (called.compareAndSet(false, true)) {
            setTarget(onJvm);
            reason = Optional.of("being compiled natively");
            Background.QUEUE.add(this::compile);
        }
    }

    private void setTarget(MethodHandle target) {
        site.setTarget(target);
        MutableCallSite.syncAll(new MutableCallSite[] {site});
    }

    private void compile() {
        NativeMaker asked = maker;
        maker = null;
        if (asked == null) {
            return;
        }
        try {
            MethodHandle made = asked.make(onJvm);
            Log.OF_BACKEND.log(Level.DEBUG, "{0}: there is native code now", name);
            setTarget(choosing(made));
            reason = Optional.empty();
        } catch (JacobiException refusal) {
            stayOnJvm(refusal.getMessage().lines().findFirst().orElse(""));
            Log.OF_BACKEND.log(Level.DEBUG, "{0} stays on the JVM: {1}", name, refusal.getMessage());
        } catch (RuntimeException | Error e) {
            stayOnJvm("its compilation failed: " + e);
            Log.OF_BACKEND.log(Level.WARNING, name + " stays on the JVM, its compilation failed", e);
        }
    }

    private void stayOnJvm(String why) {
        pending = false;
        reason = Optional.of(why);
    }

    private MethodHandle choosing(MethodHandle compiled) {
        MethodType type = onJvm.type();
        MethodHandle key = ArgumentSizes.keyHandle(type);
        MethodHandle choose = MethodHandles.filterReturnValue(
                key, find("choose", MethodType.methodType(int.class, int.class)).bindTo(this));
        MethodHandle byNumber = MethodHandles.tableSwitch(
                dropArguments(onJvm, 0, int.class),
                dropArguments(onJvm, 0, int.class),
                dropArguments(compiled, 0, int.class),
                dropArguments(timed(onJvm, key, false), 0, int.class),
                dropArguments(timed(compiled, key, true), 0, int.class));
        return foldArguments(byNumber, choose);
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private int choose(int key) {
        return choice.choose(key);
    }

    /** The same, and its time recorded if it returns. */
    private MethodHandle timed(MethodHandle target, MethodHandle key, boolean isNative) {
        MethodType type = target.type();
        // (throwable, [result,] start, arguments): [result]
        MethodHandle record = MethodHandles.insertArguments(
                bound(
                        "record",
                        MethodType.methodType(void.class, boolean.class, Throwable.class, long.class, int.class)),
                0,
                isNative);
        MethodHandle cleanup = collectArguments(record, 2, key);
        if (type.returnType() != void.class) {
            cleanup = dropArguments(cleanup, 1, type.returnType());
            MethodHandle result = dropArguments(MethodHandles.identity(type.returnType()), 0, Throwable.class);
            result = dropArguments(
                    result,
                    2,
                    cleanup.type().parameterList().subList(2, cleanup.type().parameterCount()));
            cleanup = foldArguments(result, cleanup);
        }
        MethodHandle timed = MethodHandles.tryFinally(dropArguments(target, 0, long.class), cleanup);
        return foldArguments(timed, NANO_TIME);
    }

    private static final MethodHandle NANO_TIME = nanoTime();

    private static MethodHandle nanoTime() {
        try {
            return LOOKUP.findStatic(System.class, "nanoTime", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private void record(boolean isNative, @Nullable Throwable thrown, long start, int key) {
        choice.record(key, isNative, thrown == null ? System.nanoTime() - start : Long.MAX_VALUE >> 8);
    }
}
