package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Backend;
import dev.jacobi.Options;
import dev.jacobi.Rules;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.cache.DiskCache;
import dev.jacobi.compile.Target.Identity;
import dev.jacobi.jvm.HiddenClasses;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives that an earlier process has compiled: the bytes of one hidden class, and of the live objects that it refers to what they are made of again, which are checks of shadows. A class
 * that refers to any other object is not kept.
 */
final class KeptDerivatives {
    private KeptDerivatives() {}

    /** @param rest what was written behind the code */
    record Kept(Object code, DataInputStream rest) {}

    /**
     * What is asked for; null if it is not kept.
     *
     * @param form what is made of the derivative
     */
    static @Nullable String question(Specification specification, String form) {
        Options options = specification.options();
        Identity target = specification.target().identity();
        if (target == null
                || options.verify()
                || options.rules() != Rules.NONE
                || options.backend() != Backend.JVM
                || specification.target().isInOnePiece()) {
            return null;
        }
        StringBuilder question = new StringBuilder(target.question())
                .append('\n')
                .append(specification.mode().name())
                .append(' ')
                .append(specification.width())
                .append(' ')
                .append(specification.packed());
        for (Activity activity : specification.activities()) {
            question.append(' ').append(activity.name());
        }
        return question.append('\n')
                .append(options.optimizeFirst())
                .append(' ')
                .append(options.tapeBudget())
                .append(' ')
                .append(options.strictMath())
                .append('\n')
                .append(form)
                .toString();
    }

    /** The answer to a question, an instance of a functional interface; null if it is not known, or the question is none. */
    static @Nullable Kept find(@Nullable String question, Class<?> functionalInterface, Target target) {
        if (question == null) {
            return null;
        }
        Lookup lookup = target.lookup();
        DataInputStream in = lookup.hasFullPrivilegeAccess() ? DiskCache.find(question) : null;
        if (in == null) {
            return null;
        }
        try {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            Object[] data = new Object[in.readInt()];
            for (int i = 0; i < data.length; i++) {
                data[i] = ShadowChecks.read(in);
            }
            Object code = HiddenClasses.instance(bytes, List.of(data), lookup);
            return functionalInterface.isInstance(code) ? new Kept(code, in) : null;
        } catch (IOException | LinkageError _) {
            return null;
        }
    }

    /** Keeps what was compiled, if possible; what cannot be kept is compiled each time. */
    static void keep(
            String question, Specification specification, Dependencies dependencies, DiskCache.Contents rest) {
        Identity target = specification.target().identity();
        if (target == null) {
            return;
        }
        dependencies.addAll(target.dependencies());
        String obstacle = dependencies.defined().size() == 1
                ? obstacle(dependencies.defined().getFirst())
                : "it has " + dependencies.defined().size() + " classes";
        if (obstacle == null) {
            obstacle = DiskCache.store(question, dependencies, out -> {
                write(dependencies.defined().getFirst(), out);
                rest.write(out);
            });
        }
        if (obstacle == null) {
            obstacle = DiskCache.store(
                    target.question(), dependencies, out -> KeptTargets.write(specification.target(), out));
        }
        if (obstacle != null) {
            System.getLogger("dev.jacobi.cache")
                    .log(Level.DEBUG, "{0} is not kept: {1}", specification.target().display(), obstacle);
        }
    }

    private static @Nullable String obstacle(Dependencies.Defined defined) {
        if (!defined.nestmate()) {
            return "its class is beside another one than the method's";
        }
        for (Object object : defined.data()) {
            if (!(object instanceof ShadowChecks)) {
                return "it refers to an object of " + object.getClass().getName();
            }
        }
        return null;
    }

    private static void write(Dependencies.Defined defined, DataOutputStream out) throws IOException {
        out.writeInt(defined.bytes().length);
        out.write(defined.bytes());
        out.writeInt(defined.data().size());
        for (Object object : defined.data()) {
            ((ShadowChecks) object).write(out);
        }
    }
}
