package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.backend.AutomaticCode.NativeMaker;
import dev.jacobi.backend.NativeCompiler;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.cache.DiskCache;
import dev.jacobi.cache.EntryReader;
import dev.jacobi.ir.Function;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The native code of derivatives that {@link KeptDerivatives} keeps: what the compiler makes it of again without the function, in a file of its own for each machine, with all that the function depends on.
 *
 * @param question to which the derivative is the answer
 * @param target whose dependencies are those of the code too
 * @param function makes the function of which native code is made
 */
record KeptNativeCode(String question, Target target, Supplier<Function> function) implements NativeMaker {
    /** What was kept, or what is compiled now and kept. */
    @Override
    public MethodHandle make(MethodHandle onJvm) {
        MethodHandle kept = find(onJvm);
        if (kept != null) {
            return kept;
        }
        Dependencies dependencies = new Dependencies();
        Function code = dependencies.during(function::get);
        NativeCompiler.Compiled compiled = NativeCompilers.require().compile(code, onJvm);
        keep(question, target, dependencies, compiled.recipe());
        return compiled.handle();
    }

    /** What was kept, with the type of {@code onJvm}, or null. */
    @Nullable
    MethodHandle find(MethodHandle onJvm) {
        NativeCompiler compiler = NativeCompilers.require();
        EntryReader in = DiskCache.find(question(question, compiler));
        if (in == null) {
            return null;
        }
        try {
            return compiler.load(in.readBytes(in.readInt()), onJvm);
        } catch (IOException _) {
            return null;
        } catch (JacobiException e) {
            if (e.refusal() == Refusal.INTERNAL) {
                return null; // It is made again.
            }
            throw e;
        }
    }

    /**
     * Keeps what was compiled, if possible.
     *
     * @param dependencies of the function
     * @param recipe what the compiler makes it of again
     */
    static void keep(String question, Target target, Dependencies dependencies, Supplier<byte[]> recipe) {
        Target.Identity identity = Objects.requireNonNull(target.identity());
        if (identity.dependencies() != null) {
            dependencies.addAll(identity.dependencies());
        }
        String obstacle;
        try {
            obstacle = DiskCache.store(question(question, NativeCompilers.require()), dependencies, out -> {
                byte[] bytes = recipe.get();
                out.writeInt(bytes.length);
                out.write(bytes);
            });
        } catch (RuntimeException | LinkageError e) {
            obstacle = e.toString();
        }
        if (obstacle != null) {
            KeptDerivatives.logNotKept(target, obstacle);
        }
    }

    private static String question(String question, NativeCompiler compiler) {
        return question + "\nnative for " + compiler.machine();
    }
}
