package dev.jacobi.compile;

import dev.jacobi.cache.DiskCache;
import dev.jacobi.compile.Target.Source;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.Lambdas;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.SerializedLambda;
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
        StringBuilder question = new StringBuilder("method ").append(owner.getName()).append(' ').append(name);
        for (Class<?> type : parameterTypes) {
            question.append(' ').append(type.descriptorString());
        }
        return question.toString();
    }

    /** What is asked for by an object; null if it is not kept. */
    static @Nullable String question(Class<?> owner, Object function, Class<?> functionalInterface) {
        if (!DiskCache.serves(owner.getClassLoader()) || !DiskCache.serves(function.getClass().getClassLoader())) {
            return null;
        }
        SerializedLambda lambda = Lambdas.told(function);
        if (lambda == null || lambda.getCapturedArgCount() > 0) {
            return null;
        }
        return new StringBuilder("lambda ")
                .append(owner.getName())
                .append(' ')
                .append(functionalInterface.getName())
                .append(' ')
                .append(lambda.getImplMethodKind())
                .append(' ')
                .append(lambda.getImplClass())
                .append(' ')
                .append(lambda.getImplMethodName())
                .append(lambda.getImplMethodSignature())
                .append(' ')
                .append(lambda.getInstantiatedMethodType())
                .toString();
    }

    /** The target that was found as the answer to a question; null if it is not known, or the question is none. */
    static @Nullable Target find(@Nullable String question, Class<?> owner, Source source) {
        DataInputStream in = question == null ? null : DiskCache.find(question);
        if (in == null) {
            return null;
        }
        try {
            String ownerName = in.readUTF();
            Class<?> declaring = ownerName.equals(owner.getName())
                    ? owner
                    : Class.forName(ownerName, false, owner.getClassLoader());
            String name = in.readUTF();
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
            return Target.kept(declaring, name, source, question, declaration);
        } catch (IOException | ClassNotFoundException | LinkageError _) {
            return null;
        }
    }

    private static Type readType(DataInputStream in) throws IOException {
        return Type.of(ClassDesc.ofDescriptor(in.readUTF()));
    }

    /** Writes what {@link #find} reads. */
    static void write(Target target, DataOutputStream out) throws IOException {
        Function declaration = target.declaration();
        MethodReference origin = declaration.origin();
        out.writeUTF(target.owner().getName());
        out.writeUTF(target.name());
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
