package dev.jacobi.compile;

import dev.jacobi.Activity;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.cache.DiskCache;
import dev.jacobi.cache.EntryReader;
import dev.jacobi.compile.Target.Identity;
import dev.jacobi.compile.Target.Source;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Lambdas;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Targets that an earlier process has found, and whose class files are still the same: their code is not read before it is needed. Only methods that are named, and lambdas and method
 * references that capture nothing.
 */
final class KeptTargets {
    private KeptTargets() {}

    /** What is asked for by a class, a name and parameter types; null if it is not kept. */
    static @Nullable String question(Class<?> owner, String name, Class<?>[] parameterTypes) {
        if (!DiskCache.serves(owner.getClassLoader()) || owner.isHidden()) {
            return null;
        }
        StringBuilder question =
                new StringBuilder("method ").append(owner.getName()).append(' ').append(name);
        for (Class<?> type : parameterTypes) {
            question.append(' ').append(type.descriptorString());
        }
        return question.toString();
    }

    /** What is asked for by an object; null if it is not kept. */
    static @Nullable String question(Class<?> owner, Object function, Class<?> functionalInterface) {
        if (!DiskCache.serves(owner.getClassLoader())
                || !DiskCache.serves(function.getClass().getClassLoader())) {
            return null;
        }
        SerializedLambda lambda = Lambdas.told(function);
        if (lambda == null || lambda.getCapturedArgCount() > 0) {
            return null;
        }
        return "lambda " + owner.getName() + " " + functionalInterface.getName() + " " + lambda.getImplMethodKind()
                + " " + lambda.getImplClass() + " " + lambda.getImplMethodName() + lambda.getImplMethodSignature() + " "
                + lambda.getInstantiatedMethodType();
    }

    /** What a derivative is asked of a target, but for its options and its type. */
    static String request(Specification specification) {
        return request(specification.mode(), specification.activities(), specification.width(), specification.packed());
    }

    private static String request(Mode mode, List<Activity> activities, int width, boolean packed) {
        StringBuilder request = new StringBuilder(mode.name())
                .append(' ')
                .append(width)
                .append(' ')
                .append(packed);
        for (Activity activity : activities) {
            request.append(' ').append(activity.name());
        }
        return request.toString();
    }

    /** Whether another process has found that such a derivative fits the target. */
    static boolean isKnownToFit(Target target, Mode mode, List<Activity> activities, int width, boolean packed) {
        Identity identity = target.identity();
        return identity != null
                && !identity.requests().isEmpty()
                && identity.requests().contains(request(mode, activities, width, packed));
    }

    /** The method that was found as the answer to a question; null if it is not known. */
    static @Nullable Target findMethod(String question, Class<?> owner, String name, Class<?>[] parameterTypes) {
        EntryReader in = DiskCache.find(question);
        return in == null ? null : read(in, question, owner, new MethodByName(in, owner, name, parameterTypes));
    }

    /** The lambda that was found as the answer to a question; null if it is not known. */
    static @Nullable Target findLambda(String question, Class<?> owner, Object function, Class<?> functionalInterface) {
        EntryReader in = DiskCache.find(question);
        return in == null ? null : read(in, question, owner, new Lambda(in, owner, function, functionalInterface));
    }

    private static @Nullable Target read(EntryReader in, String question, Class<?> owner, Source source) {
        try {
            String ownerName = in.readUTF();
            Class<?> declaring =
                    ownerName.equals(owner.getName()) ? owner : Class.forName(ownerName, false, owner.getClassLoader());
            String name = in.readUTF();
            String[] requests = new String[in.readInt()];
            for (int i = 0; i < requests.length; i++) {
                requests[i] = in.readUTF();
            }
            return Target.kept(declaring, name, source, new Identity(question, null, List.of(requests)));
        } catch (IOException | ClassNotFoundException | LinkageError _) {
            return null;
        }
    }

    /** A target to be found again by its class file, if more is wanted of it than what was kept. */
    private abstract static class Kept implements Source {
        /** The rest of the file. */
        private final EntryReader in;

        private @Nullable Function declaration;

        Kept(EntryReader in) {
            this.in = in;
        }

        abstract Target search();

        @Override
        public final Function lift() {
            return search().lift();
        }

        @Override
        public final Optional<Method> method() {
            return search().method();
        }

        @Override
        public final synchronized Function declaration() {
            Function known = declaration;
            if (known == null) {
                try {
                    known = readDeclaration(in);
                } catch (IOException _) {
                    known = Target.declarationOf(lift());
                }
                declaration = known;
            }
            return known;
        }
    }

    private static final class MethodByName extends Kept {
        private final Class<?> owner;
        private final String name;
        private final Class<?>[] parameterTypes;

        MethodByName(EntryReader in, Class<?> owner, String name, Class<?>[] parameterTypes) {
            super(in);
            this.owner = owner;
            this.name = name;
            this.parameterTypes = parameterTypes.clone();
        }

        @Override
        Target search() {
            return Target.search(owner, name, parameterTypes);
        }
    }

    private static final class Lambda extends Kept {
        private final Class<?> owner;
        private final Object function;
        private final Class<?> functionalInterface;

        Lambda(EntryReader in, Class<?> owner, Object function, Class<?> functionalInterface) {
            super(in);
            this.owner = owner;
            this.function = function;
            this.functionalInterface = functionalInterface;
        }

        @Override
        Target search() {
            return Target.search(owner, function, functionalInterface);
        }
    }

    private static Function readDeclaration(EntryReader in) throws IOException {
        String functionName = in.readUTF();
        MethodReference origin = null;
        if (in.readBoolean()) {
            ClassDesc of = ClassDesc.ofDescriptor(in.readUTF());
            String methodName = in.readUTF();
            origin = new MethodReference(of, methodName, MethodTypeDesc.ofDescriptor(in.readUTF()), in.readBoolean());
        }
        Function declaration = new Function(functionName, origin, readType(in));
        Block entry = declaration.newBlock();
        for (int count = in.readInt(); count > 0; count--) {
            entry.addParameter(readType(in));
        }
        return declaration;
    }

    private static Type readType(EntryReader in) throws IOException {
        return Type.of(ClassDesc.ofDescriptor(in.readUTF()));
    }

    /** Writes the target of a derivative, and that it fits. */
    static void write(Specification specification, DataOutputStream out) throws IOException {
        Target target = specification.target();
        Identity identity = Objects.requireNonNull(target.identity());
        Set<String> requests = new LinkedHashSet<>(identity.requests());
        requests.add(request(specification));
        out.writeUTF(target.owner().getName());
        out.writeUTF(target.name());
        out.writeInt(requests.size());
        for (String request : requests) {
            out.writeUTF(request);
        }
        Function declaration = target.declaration();
        MethodReference origin = declaration.origin();
        out.writeUTF(declaration.name());
        out.writeBoolean(origin != null);
        if (origin != null) {
            out.writeUTF(origin.owner().descriptorString());
            out.writeUTF(origin.name());
            out.writeUTF(origin.type().descriptorString());
            out.writeBoolean(origin.onInterface());
        }
        writeType(declaration.returnType(), out);
        out.writeInt(declaration.parameters().size());
        for (Value parameter : declaration.parameters()) {
            writeType(parameter.type(), out);
        }
    }

    private static void writeType(Type type, DataOutputStream out) throws IOException {
        out.writeUTF(type.descriptor().descriptorString());
    }
}
