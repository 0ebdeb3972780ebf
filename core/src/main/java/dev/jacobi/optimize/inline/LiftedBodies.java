package dev.jacobi.optimize.inline;

import dev.jacobi.JacobiException;
import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Bodies lifted from class files, kept while memory allows and shared by all threads. A method that the lifter refuses has no body
 * here, so its calls stay.
 */
public final class LiftedBodies implements MethodBodies {
    public static final LiftedBodies INSTANCE = new LiftedBodies();

    /** What lifting gave: nothing, where the method has no body that can be read. */
    private record Body(@Nullable Function function) {}

    private static final ClassValue<Map<String, SoftReference<Body>>> LIFTED = new ClassValue<>() {
        @Override
        protected Map<String, SoftReference<Body>> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private LiftedBodies() {}

    @Override
    public @Nullable Function body(Class<?> owner, MethodReference method) {
        Dependencies.asked(owner);
        String descriptor = method.type().descriptorString();
        Map<String, SoftReference<Body>> known = LIFTED.get(owner);
        SoftReference<Body> reference = known.get(method.name() + descriptor);
        Body body = reference == null ? null : reference.get();
        if (body == null) {
            Function ofLambda = LambdaClass.body(owner, method);
            body = ofLambda == null ? lift(owner, method.name(), descriptor) : new Body(ofLambda);
            known.put(method.name() + descriptor, new SoftReference<>(body));
        }
        return body.function();
    }

    private static Body lift(Class<?> owner, String name, String descriptor) {
        try {
            ClassModel model = ClassFiles.modelOf(owner);
            for (MethodModel method : model.methods()) {
                if (method.methodName().equalsString(name)
                        && method.methodType().equalsString(descriptor)
                        && (method.flags().flagsMask() & (ClassFile.ACC_ABSTRACT | ClassFile.ACC_NATIVE)) == 0) {
                    return new Body(Lifter.lift(
                            model, method, ClassFiles.of(owner.getClassLoader()).hierarchy()));
                }
            }
            return new Body(null);
        } catch (JacobiException _) {
            return new Body(null);
        }
    }

    @Override
    public boolean hasStaticInitializer(Class<?> owner) {
        try {
            return ClassFiles.modelOf(owner).methods().stream()
                    .anyMatch(method -> method.methodName().equalsString("<clinit>"));
        } catch (JacobiException _) {
            return true;
        }
    }
}
