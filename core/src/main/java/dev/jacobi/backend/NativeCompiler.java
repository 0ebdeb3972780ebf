package dev.jacobi.backend;

import dev.jacobi.ir.Function;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;

/** What a native backend implements; it is found by {@link java.util.ServiceLoader}. Thread-safe. */
public interface NativeCompiler {
    /** Why it does not work in this process, or nothing if it does. May take a while when it is asked first. */
    Optional<String> absence();

    /** What it is, in a few words: library, version, processor. */
    String description();

    /** Says that something is to be compiled soon: what takes long at the first time may begin in another thread. */
    default void prepare() {}

    /**
     * The same for code that does many examples of a batch in step: vectors may be as long as the processor has them, even if {@code Math.exp} and the like have other bits in such, and single
     * numbers take longer as they are to have the same ones.
     */
    default NativeCompiler inStep() {
        return this;
    }

    /**
     * Compiles a function and all that it calls. {@code Math.sin} and the like may give the bits of {@code StrictMath}.
     *
     * @param function is not changed
     * @param onJvm does the same on the JVM, and is called instead where Java throws an exception or memory does not suffice
     * @throws dev.jacobi.JacobiException NOT_NATIVE if something in it is not handled, NO_LLVM if there is no library
     */
    Compiled compile(Function function, MethodHandle onJvm);

    /**
     * What was compiled.
     *
     * @param handle has the type of {@code onJvm}
     * @param recipe what {@link #load} makes the same of in another process
     */
    record Compiled(MethodHandle handle, Supplier<byte[]> recipe) {}

    /** What recipes depend on beside the function, Jacobi and the JDK: a text that is another one where code may be another one. */
    String machine();

    /**
     * Does again what {@link #compile} has done, perhaps in another process on the same {@link #machine}.
     *
     * @throws dev.jacobi.JacobiException INTERNAL if that is no recipe, NO_LLVM if there is no library
     */
    MethodHandle load(byte[] recipe, MethodHandle onJvm);

    /**
     * The backend's text of a function and all that it calls, for people to read.
     *
     * @throws dev.jacobi.JacobiException NOT_NATIVE if something in it is not handled
     */
    String text(Function function);
}
