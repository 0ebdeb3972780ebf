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

    /**
     * What lifting gave.
     *
     * @param function nothing, where the method has no body that can be read
     * @param dependencies what lifting has asked for
     */
    private record Body(@Nullable Function function, Dependencies dependencies) {}

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
            Dependencies dependencies = new Dependencies();
            Function function = dependencies.during(() -> {
                Function ofLambda = LambdaClass.body(owner, method);
                return ofLambda == null ? lift(owner, method.name(), descriptor) : ofLambda;
            });
            body = new Body(function, dependencies);
            known.put(method.name() + descriptor, new SoftReference<>(body));
        } else {
            Dependencies.remembered(body.dependencies());
        }
        return body.function();
    }

    private static @Nullable Function lift(Class<?> owner, String name, String descriptor) {
        try {
            ClassModel model = ClassFiles.modelOf(owner);
            for (MethodModel method : model.methods()) {
                if (method.methodName().equalsString(name)
                        && method.methodType().equalsString(descriptor)
                        && (method.flags().flagsMask() & (ClassFile.ACC_ABSTRACT | ClassFile.ACC_NATIVE)) == 0) {
                    return Lifter.lift(
                            model, method, ClassFiles.of(owner.getClassLoader()).hierarchy());
                }
            }
            return null;
        } catch (JacobiException _) {
            return null;
        }
    }

    @Override
    public boolean hasStaticInitializer(Class<?> owner) {
        try {
            for (MethodModel method : ClassFiles.modelOf(owner).methods()) {
                if (method.methodName().equalsString("<clinit>")) {
                    return true;
                }
            }
            return false;
        } catch (JacobiException _) {
            return true;
        }
    }
}
