package dev.jacobi.compile;

import dev.jacobi.Options;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

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
     * @param method the method that is called, and how
     */
    private record Key(Options options, Optional<Called> method) {}

    /** A call of a method. */
    record Called(OpCode opCode, MethodReference reference) {}

    private final Map<Key, SoftReference<Function>> known = new ConcurrentHashMap<>();

    /** The method that was asked for. */
    Function ofTarget(Options options, Supplier<Function> make) {
        return copy(new Key(options, Optional.empty()), () -> Optional.of(make.get()))
                .orElseThrow();
    }

    /** A method that is called, unless nothing can be made of it. */
    Optional<Function> ofCalled(Options options, Called called, Supplier<Optional<Function>> make) {
        return copy(new Key(options, Optional.of(called)), make);
    }

    private Optional<Function> copy(Key key, Supplier<Optional<Function>> make) {
        SoftReference<Function> reference = known.get(key);
        Function function = reference == null ? null : reference.get();
        if (function == null) {
            Optional<Function> made = make.get();
            if (made.isEmpty() || callsFunctions(made.get())) {
                return made;
            }
            function = made.get();
            known.put(key, new SoftReference<>(function));
        }
        return Optional.of(function.copy());
    }

    private static boolean callsFunctions(Function function) {
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .anyMatch(instruction -> instruction.opCode() == OpCode.INVOKE_FUNCTION);
    }
}
