package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.Backend;
import dev.jacobi.Gradient;
import dev.jacobi.Options;
import dev.jacobi.Rules;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.autodiff.ShadowChecks;
import dev.jacobi.backend.AutomaticCode;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.cache.Dependencies.Defined;
import dev.jacobi.cache.Dependencies.Native;
import dev.jacobi.cache.DiskCache;
import dev.jacobi.cache.EntryReader;
import dev.jacobi.compile.Target.Identity;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.KeptClass;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives that an earlier process has compiled: the bytes of one hidden class, and of the live objects that it refers to what they are made of again, which are checks of shadows and
 * native code, or the choice between that and another class. A class that refers to any other object is not kept.
 */
public final class KeptDerivatives {
    private KeptDerivatives() {}

    /** An instance of a functional interface, whose return type says which results are wanted. */
    public static <I> I implement(Specification specification, Class<I> functionalInterface) {
        ClassLoader loader = functionalInterface.getClassLoader();
        String question = loader == null || DiskCache.serves(loader)
                ? question(specification, functionalInterface.getName())
                : null;
        if (question == null) {
            return DerivativeCompiler.implement(specification, functionalInterface);
        }
        CodeAgain code = new Code(specification, functionalInterface);
        Kept kept = find(question, functionalInterface, specification, code);
        if (kept != null) {
            return DerivedCode.register(functionalInterface.cast(kept.code()), code);
        }
        Dependencies dependencies = new Dependencies();
        I made = dependencies.during(() -> {
            askOf(functionalInterface);
            return DerivativeCompiler.implement(specification, functionalInterface);
        });
        keep(question, specification, dependencies, _ -> {});
        return made;
    }

    private static void askOf(Class<?> functionalInterface) {
        Dependencies.asked(functionalInterface);
        for (Method method : functionalInterface.getMethods()) {
            Dependencies.asked(method.getReturnType());
            for (Class<?> type : method.getParameterTypes()) {
                Dependencies.asked(type);
            }
        }
    }

    /** The code of a derivative that was kept, if somebody asks for it. */
    private interface CodeAgain extends Supplier<Function> {
        /** That of which native code is made. */
        Function nativeCode();
    }

    private record Code(Specification specification, Class<?> functionalInterface) implements CodeAgain {
        @Override
        public Function get() {
            return DerivativeCompiler.code(specification, functionalInterface);
        }

        @Override
        public Function nativeCode() {
            askOf(functionalInterface);
            return DerivativeCompiler.nativeCode(specification, functionalInterface);
        }
    }

    @SuppressWarnings(
            "unchecked") // the shape of the argument is that of the method, whatever T the user's call site infers
    public static <T> Gradient<T> gradient(Target target, Options options) {
        Specification specification = new Specification(target, options, Mode.REVERSE, List.of(Activity.DUPLICATED));
        String question = question(specification, "gradient");
        if (question == null
                || !DerivativeRequest.carriesDerivative(target.parameterTypes().getFirst())) {
            return DifferentialOperators.gradient(specification);
        }
        CodeAgain code = new CodeOfGradient(specification);
        Kept kept = find(question, ToDoubleBiFunction.class, specification, code);
        if (kept != null) {
            try {
                ShadowChecks checks = ShadowChecks.read(kept.rest());
                return new ReverseGradient<>(
                        DerivedCode.register((ToDoubleBiFunction<T, T>) kept.code(), code), checks);
            } catch (IOException _) {
                // It is made again.
            }
        }
        Dependencies dependencies = new Dependencies();
        ReverseGradient<T> made =
                dependencies.during(() -> (ReverseGradient<T>) DifferentialOperators.<T>gradient(specification));
        keep(question, specification, dependencies, made.checks()::write);
        return made;
    }

    /** As {@link Code}, of a gradient. */
    private record CodeOfGradient(Specification specification) implements CodeAgain {
        @Override
        public Function get() {
            return DifferentialOperators.codeOfGradient(specification);
        }

        @Override
        public Function nativeCode() {
            return DifferentialOperators.nativeCodeOfGradient(specification);
        }
    }

    /** @param rest what was written behind the code */
    private record Kept(Object code, EntryReader rest) {}

    /**
     * What is asked for; null if it is not kept.
     *
     * @param form what is made of the derivative
     */
    private static @Nullable String question(Specification specification, String form) {
        Options options = specification.options();
        Identity target = specification.target().identity();
        if (target == null
                || options.verify()
                || options.rules() != Rules.NONE
                || specification.target().isInOnePiece()) {
            return null;
        }
        StringBuilder question =
                new StringBuilder(target.question()).append('\n').append(KeptTargets.request(specification));
        return question.append('\n')
                .append(options.optimizeFirst())
                .append(' ')
                .append(options.tapeBudget())
                .append(' ')
                .append(options.strictMath())
                .append(' ')
                .append(options.backend().name())
                .append('\n')
                .append(form)
                .toString();
    }

    /** The answer to a question, an instance of a functional interface; null if it is not known, or the question is none. */
    private static @Nullable Kept find(
            String question, Class<?> functionalInterface, Specification specification, CodeAgain again) {
        Target target = specification.target();
        Lookup lookup = target.lookup();
        EntryReader in = lookup.hasFullPrivilegeAccess() ? DiskCache.find(question) : null;
        if (in == null) {
            return null;
        }
        try {
            MethodHandle elsewhere = null;
            if (in.readBoolean()) {
                String name = in.readUTF();
                MethodHandle onJvm = readOnJvm(in, lookup);
                KeptNativeCode nativeCode = new KeptNativeCode(question, target, again::nativeCode);
                elsewhere = specification.options().backend() == Backend.LLVM
                        ? nativeCode.find(onJvm)
                        : AutomaticCode.of(name, nativeCode, onJvm);
                if (elsewhere == null) {
                    return null;
                }
            }
            byte[] bytes = readBytes(in);
            Object code = KeptClass.instance(bytes, readData(in, elsewhere), lookup);
            return functionalInterface.isInstance(code) ? new Kept(code, in) : null;
        } catch (IOException | ReflectiveOperationException | LinkageError _) {
            return null;
        }
    }

    private static MethodHandle readOnJvm(EntryReader in, Lookup lookup)
            throws IOException, ReflectiveOperationException {
        String method = in.readUTF();
        MethodType type = MethodType.fromMethodDescriptorString(
                in.readUTF(), lookup.lookupClass().getClassLoader());
        byte[] bytes = readBytes(in);
        return KeptClass.method(bytes, readData(in, null), lookup, method, type);
    }

    private static byte[] readBytes(EntryReader in) throws IOException {
        return in.readBytes(in.readInt());
    }

    private static List<Object> readData(EntryReader in, @Nullable MethodHandle elsewhere) throws IOException {
        Object[] data = new Object[in.readInt()];
        for (int i = 0; i < data.length; i++) {
            data[i] = in.readBoolean() ? ShadowChecks.read(in) : Objects.requireNonNull(elsewhere);
        }
        return List.of(data);
    }

    /**
     * Keeps what was compiled, if possible; what cannot be kept is compiled each time. A thread of its own does it, which the caller need not wait for, and a program that ends does.
     */
    private static void keep(
            String question, Specification specification, Dependencies dependencies, DiskCache.Contents rest) {
        Thread.ofPlatform()
                .name("jacobi-cache")
                .daemon(false)
                .inheritInheritableThreadLocals(false)
                .start(() -> {
                    String obstacle;
                    try {
                        obstacle = store(question, specification, dependencies, rest);
                    } catch (RuntimeException | LinkageError e) {
                        obstacle = e.toString();
                    }
                    if (obstacle != null) {
                        logNotKept(specification.target(), obstacle);
                    }
                });
    }

    static void logNotKept(Target target, String obstacle) {
        System.getLogger("dev.jacobi.cache").log(Level.DEBUG, "{0} is not kept: {1}", target.display(), obstacle);
    }

    /** Gives the reason if it is not kept, or null. */
    private static @Nullable String store(
            String question, Specification specification, Dependencies dependencies, DiskCache.Contents rest) {
        Identity target = Objects.requireNonNull(specification.target().identity());
        if (target.dependencies() != null) {
            dependencies.addAll(target.dependencies());
        }
        List<Defined> classes = dependencies.defined();
        Native elsewhere = dependencies.ofNative();
        if (classes.size() != (elsewhere == null ? 1 : 2)) {
            return "it has " + classes.size() + " classes";
        }
        String obstacle = obstacle(classes.getLast(), elsewhere);
        if (obstacle == null && elsewhere != null) {
            obstacle = obstacle(classes.getFirst(), null);
        }
        if (obstacle == null) {
            obstacle = DiskCache.store(question, dependencies, out -> {
                out.writeBoolean(elsewhere != null);
                if (elsewhere != null) {
                    out.writeUTF(elsewhere.name());
                    out.writeUTF(elsewhere.method());
                    out.writeUTF(elsewhere.handle().type().descriptorString());
                    write(classes.getFirst(), out);
                }
                write(classes.getLast(), out);
                rest.write(out);
            });
        }
        if (obstacle != null) {
            return obstacle;
        }
        if (elsewhere != null) {
            var _ = elsewhere
                    .recipe()
                    .thenAccept(recipe -> KeptNativeCode.keep(question, specification.target(), dependencies, recipe));
        }
        return DiskCache.store(target.question(), dependencies, out -> KeptTargets.write(specification, out));
    }

    private static @Nullable String obstacle(Defined defined, @Nullable Native elsewhere) {
        if (!defined.nestmate()) {
            return "its class is beside another one than the method's";
        }
        for (Object object : defined.data()) {
            if (!(object instanceof ShadowChecks) && (elsewhere == null || object != elsewhere.handle())) {
                return "it refers to an object of " + object.getClass().getName();
            }
        }
        return null;
    }

    private static void write(Defined defined, DataOutputStream out) throws IOException {
        out.writeInt(defined.bytes().length);
        out.write(defined.bytes());
        out.writeInt(defined.data().size());
        for (Object object : defined.data()) {
            out.writeBoolean(object instanceof ShadowChecks);
            if (object instanceof ShadowChecks checks) {
                checks.write(out);
            }
        }
    }
}
