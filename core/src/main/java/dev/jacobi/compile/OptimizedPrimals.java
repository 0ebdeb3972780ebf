package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Options;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.ExceptionHolder;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is differentiated, after inlining and optimising: a method that was asked for, and the methods that it calls. Several derivatives of
 * one method begin with the same code. It is kept while memory allows; each gets a copy of its own. Serves all threads.
 *
 * <p>Code that calls functions, not methods, is made anew each time, since copies of it would share them.
 */
final class OptimizedPrimals {
    /**
     * What the code depends on besides the target.
     *
     * @param what {@link #TARGET}, a {@link Called method that is called}, or one whose {@link CaughtCall exceptions are caught}
     */
    private record Key(Options options, Object what) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && options.equals(that.options) && what.equals(that.what);
        }

        @Override
        public int hashCode() {
            return 31 * options.hashCode() + what.hashCode();
        }
    }

    private static final Object TARGET = new Object();

    /** A call of a method. */
    record Called(OpCode opCode, MethodReference reference) {}

    /** A call whose exceptions of some types are caught, and where they are left. */
    record CaughtCall(Called method, List<ClassDesc> types, ExceptionHolder holding) {}

    /** A derivative whose work is the same however many directions it has. */
    record Asked(Options options, Mode mode, List<Activity> activities, boolean tapesAreReused) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asked that
                    && options.equals(that.options)
                    && mode == that.mode
                    && activities.equals(that.activities)
                    && tapesAreReused == that.tapesAreReused;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * options.hashCode() + mode.hashCode()) + activities.hashCode())
                    + Boolean.hashCode(tapesAreReused);
        }
    }

    /** Code, and what it depends on. */
    private record Made(Function code, Dependencies dependencies) {}

    private final Map<Key, SoftReference<Made>> known = new ConcurrentHashMap<>();
    private final Set<Asked> lackingShadows = ConcurrentHashMap.newKeySet();

    /** The method that was asked for. */
    Function ofTarget(Options options, Supplier<Function> make) {
        return copy(new Key(options, TARGET), () -> Optional.of(make.get())).orElseThrow();
    }

    /** A method that is called, unless nothing can be made of it. */
    Optional<Function> ofCalled(Options options, Called called, Supplier<Optional<Function>> make) {
        return copy(new Key(options, called), make);
    }

    /** A method that is called, catching exceptions. */
    Function ofCatching(Options options, CaughtCall catching, Supplier<Function> make) {
        return copy(new Key(options, catching), () -> Optional.of(make.get())).orElseThrow();
    }

    /** Whether {@link #lacksShadows} was said of the derivative. */
    boolean isLackingShadows(Asked derivative) {
        return lackingShadows.contains(derivative);
    }

    /** The belief that objects that calls give have shadows has proved wrong for this derivative. */
    void lacksShadows(Asked derivative) {
        lackingShadows.add(derivative);
    }

    private Optional<Function> copy(Key key, Supplier<Optional<Function>> make) {
        SoftReference<Made> reference = known.get(key);
        Made before = reference == null ? null : reference.get();
        if (before != null) {
            Dependencies.remembered(before.dependencies());
            return Optional.of(before.code().copy());
        }
        Dependencies dependencies = new Dependencies();
        Optional<Function> made = dependencies.during(make::get);
        if (made.isEmpty() || callsFunctions(made.get())) {
            return made;
        }
        known.put(key, new SoftReference<>(new Made(made.get(), dependencies)));
        return Optional.of(made.get().copy());
    }

    private static boolean callsFunctions(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.INVOKE_FUNCTION) {
                    return true;
                }
            }
        }
        return false;
    }
}
