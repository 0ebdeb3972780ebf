package dev.jacobi.backend;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds the native backend, once for this process. */
public final class NativeCompilers {
    private static final class Holder {
        static final Optional<NativeCompiler> FOUND = find();

        private static Optional<NativeCompiler> find() {
            ClassLoader own = NativeCompilers.class.getClassLoader();
            return ServiceLoader.load(NativeCompiler.class, own)
                    .findFirst()
                    .or(() -> ServiceLoader.load(NativeCompiler.class).findFirst());
        }
    }

    private NativeCompilers() {}

    /** The backend, if there is one on the class path or module path; it may still lack its library. */
    public static Optional<NativeCompiler> find() {
        return Holder.FOUND;
    }

    /** Lets the backend begin with what takes long at the first time, if there is one. */
    public static void prepare() {
        if (find().isPresent()) {
            find().get().prepare();
        }
    }

    /** @throws JacobiException NO_LLVM if there is none */
    public static NativeCompiler require() {
        return find().orElseThrow(() -> new JacobiException(
                Refusal.NO_LLVM, "there is no native code: jacobi-llvm is not on the class path or module path", null));
    }
}
