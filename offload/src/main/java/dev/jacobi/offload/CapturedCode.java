package dev.jacobi.offload;

import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.compile.PlacedElsewhere;
import dev.jacobi.lift.Lambdas;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lambda as a method, and what it has captured as the method's arguments. The methods are kept by the class that has them, and go with it.
 *
 * @param arguments numbers boxed
 */
record CapturedCode(OffloadedMethod method, @Nullable Object[] arguments) {
    private static final ClassValue<Map<String, OffloadedMethod>> METHODS = new ClassValue<>() {
        @Override
        protected Map<String, OffloadedMethod> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    /** Methods that cannot run on a device, which are not to be looked at at each call again. */
    private static final ClassValue<Set<String>> REFUSED = new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
            return ConcurrentHashMap.newKeySet();
        }
    };

    /**
     * As {@link #of}, for code that else runs on the JVM.
     *
     * @return null if it was refused before
     * @throws JacobiException if it is refused, the first time
     */
    static @Nullable CapturedCode orRemembered(Offload.Code code) {
        if (code instanceof Offload.WithFastMath(Offload.Code slow)) {
            CapturedCode captured = orRemembered(slow);
            return captured == null ? null : captured.withFastMath();
        }
        // What is no lambda is one method of its class.
        SerializedLambda lambda = Lambdas.told(code);
        String key = "";
        if (lambda != null) {
            // Which method runs may depend on the object that it is called on.
            Object first = lambda.getCapturedArgCount() == 0 ? null : lambda.getCapturedArg(0);
            key = lambda.getImplMethodName()
                    + lambda.getImplMethodSignature()
                    + (first == null ? "" : first.getClass().getName());
        }
        Set<String> refused = REFUSED.get(code.getClass());
        if (refused.contains(key)) {
            return null;
        }
        try {
            return of(code);
        } catch (JacobiException e) {
            refused.add(key);
            throw e;
        }
    }

    /** @throws JacobiException if its method cannot be told, or cannot run on a device */
    static CapturedCode of(Offload.Code code) {
        if (code instanceof Offload.WithFastMath(Offload.Code slow)) {
            return of(slow).withFastMath();
        }
        SerializedLambda lambda = Lambdas.told(code);
        if (lambda == null) {
            return new CapturedCode(Offload.of(Jacobi.of(code)), new Object[0]);
        }
        @Nullable Object[] captured = new @Nullable Object[lambda.getCapturedArgCount()];
        for (int index = 0; index < captured.length; index++) {
            captured[index] = lambda.getCapturedArg(index);
        }
        Class<?> owner = owner(lambda, code.getClass().getNestHost(), captured);
        String key = lambda.getImplMethodName() + lambda.getImplMethodSignature();
        OffloadedMethod method = METHODS.get(owner).computeIfAbsent(key, _ -> Offload.of(primal(lambda, owner)));
        return new CapturedCode(method, captured);
    }

    private CapturedCode withFastMath() {
        return new CapturedCode(method.withFastMath(), arguments);
    }

    /** The class whose method runs: where a method of an object is called, that of the object, or where it has the method from. */
    private static Class<?> owner(SerializedLambda lambda, Class<?> maker, @Nullable Object[] captured) {
        Class<?> declaring = load(lambda.getImplClass().replace('/', '.'), maker);
        boolean chooses = lambda.getImplMethodKind() == MethodHandleInfo.REF_invokeVirtual
                || lambda.getImplMethodKind() == MethodHandleInfo.REF_invokeInterface;
        if (!chooses) {
            return declaring;
        }
        return PlacedElsewhere.selected(
                Objects.requireNonNull(captured[0]).getClass(),
                declaring,
                lambda.getImplMethodName(),
                lambda.getImplMethodSignature());
    }

    private static Primal primal(SerializedLambda lambda, Class<?> owner) {
        return Jacobi.of(owner, lambda.getImplMethodName(), parameterTypes(lambda, owner));
    }

    private static Class<?>[] parameterTypes(SerializedLambda lambda, Class<?> owner) {
        try {
            return MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), owner.getClassLoader())
                    .parameterArray();
        } catch (TypeNotPresentException e) {
            throw new JacobiException(Refusal.UNKNOWN_CLASS, "cannot load the class " + e.typeName(), null, e);
        }
    }

    private static Class<?> load(String name, Class<?> maker) {
        try {
            return Class.forName(name, false, maker.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new JacobiException(Refusal.UNKNOWN_CLASS, "cannot load the class " + name, null, e);
        }
    }
}
