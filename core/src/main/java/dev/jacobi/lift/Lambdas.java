package dev.jacobi.lift;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import java.io.IOException;
import java.io.Serializable;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks behind functional objects: which method a lambda or method reference calls, and with which captured values.
 *
 * <p>The JVM shows this only of lambdas whose interface is {@link Serializable}. Objects of ordinary classes that implement an
 * interface need not be serializable. Not handled are proxies and other objects whose classes have no class file.
 */
public final class Lambdas {
    /**
     * What a functional object does when it is called.
     *
     * @param files where the classes that the code names are found
     * @param call the kind of call, one of the four {@code invoke_} operations; with a method named {@code <init>} the object is made
     * @param method the method that is called
     * @param captured the values that come before the arguments of the call, receivers included; primitives are boxed
     * @param type the type of the functional method as far as it is known: of a generic interface, with the types that the lambda has
     */
    public record Target(
            ClassFiles files,
            OpCode call,
            MethodReference method,
            List<@Nullable Object> captured,
            MethodTypeDesc type) {

        /** The function that takes the arguments of the functional method, with the captured values built in. */
        public Function function() {
            return LambdaAdapter.function(this);
        }
    }

    private Lambdas() {}

    /**
     * What calling the one abstract method of {@code functionalInterface} on {@code object} does.
     *
     * @throws JacobiException NOT_SERIALIZABLE_LAMBDA or NO_CLASS_FILE
     */
    public static Target target(Object object, Class<?> functionalInterface) {
        Class<?> type = object.getClass();
        if (type.isHidden()) {
            return lambda(object);
        }
        if (Proxy.isProxyClass(type)) {
            throw noClassFile(type, "a proxy");
        }
        return implementation(object, functionalInterface);
    }

    private static JacobiException noClassFile(Class<?> type, String kind) {
        return new JacobiException(Refusal.NO_CLASS_FILE, "cannot look behind " + type.getName() + ", " + kind, null);
    }

    private static Target lambda(Object object) {
        Class<?> type = object.getClass();
        // Lambdas are the hidden classes that the JDK marks as made by a compiler.
        if (!type.isSynthetic()) {
            throw noClassFile(type, "a hidden class");
        }
        if (!(object instanceof Serializable serializable)) {
            throw new JacobiException(
                    Refusal.NOT_SERIALIZABLE_LAMBDA,
                    "cannot look behind a lambda of the interface " + interfaceName(type) + ", made in " + maker(type),
                    null);
        }
        SerializedLambda serialized;
        try {
            serialized = SerializedForm.of(serializable);
        } catch (IOException e) {
            throw new JacobiException(
                    Refusal.NO_CLASS_FILE, "cannot look behind the hidden class " + type.getName(), null, e);
        }
        if (serialized == null) {
            throw noClassFile(type, "a hidden class");
        }
        return target(serialized, type.getClassLoader());
    }

    private static String interfaceName(Class<?> lambda) {
        Class<?>[] interfaces = lambda.getInterfaces();
        return interfaces.length == 0 ? "?" : interfaces[0].getName();
    }

    private static String maker(Class<?> lambda) {
        String name = lambda.getName();
        int end = name.indexOf("$$Lambda");
        return end < 0 ? name : name.substring(0, end);
    }

    /** What a lambda or method reference tells of itself, if it is a serialisable one; else null. */
    public static @Nullable SerializedLambda told(Object object) {
        Class<?> type = object.getClass();
        if (!type.isHidden() || !type.isSynthetic() || !(object instanceof Serializable serializable)) {
            return null;
        }
        try {
            return SerializedForm.of(serializable);
        } catch (IOException _) {
            return null;
        }
    }

    private static Target target(SerializedLambda lambda, @Nullable ClassLoader loader) {
        OpCode call = switch (lambda.getImplMethodKind()) {
            case MethodHandleInfo.REF_invokeStatic -> OpCode.INVOKE_STATIC;
            case MethodHandleInfo.REF_invokeVirtual -> OpCode.INVOKE_VIRTUAL;
            case MethodHandleInfo.REF_invokeInterface -> OpCode.INVOKE_INTERFACE;
            default -> OpCode.INVOKE_SPECIAL;
        };
        ClassFiles files = ClassFiles.of(loader);
        ClassDesc owner = ClassDesc.ofInternalName(lambda.getImplClass());
        MethodReference method = new MethodReference(
                owner,
                lambda.getImplMethodName(),
                MethodTypeDesc.ofDescriptor(lambda.getImplMethodSignature()),
                files.hierarchy().isInterface(owner));
        List<@Nullable Object> captured = new ArrayList<>();
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            captured.add(lambda.getCapturedArg(i));
        }
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(lambda.getInstantiatedMethodType());
        return new Target(files, call, method, captured, type);
    }

    /** The method of an ordinary class that implements the interface; the object is the receiver. */
    private static Target implementation(Object object, Class<?> functionalInterface) {
        Method declared = functionalMethod(functionalInterface);
        Method implementing;
        try {
            implementing = object.getClass().getMethod(declared.getName(), declared.getParameterTypes());
        } catch (NoSuchMethodException e) {
            throw new JacobiException(
                    Refusal.UNKNOWN_METHOD,
                    object.getClass().getName() + " has no public method " + declared.getName(),
                    null,
                    e);
        }
        ClassFiles.modelOf(implementing.getDeclaringClass());
        boolean onInterface = implementing.getDeclaringClass().isInterface();
        MethodReference method = new MethodReference(
                descriptor(implementing.getDeclaringClass()), implementing.getName(), type(implementing), onInterface);
        List<@Nullable Object> captured = new ArrayList<>();
        captured.add(object);
        return new Target(
                ClassFiles.of(implementing.getDeclaringClass().getClassLoader()),
                onInterface ? OpCode.INVOKE_INTERFACE : OpCode.INVOKE_VIRTUAL,
                method,
                captured,
                type(declared));
    }

    /** The one abstract method of an interface, those that every object has left aside. */
    private static Method functionalMethod(Class<?> functionalInterface) {
        List<Method> found = new ArrayList<>();
        for (Method method : functionalInterface.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())
                    && !isOfObject(method)
                    && found.stream().noneMatch(other -> overrides(other, method))) {
                found.removeIf(other -> overrides(method, other));
                found.add(method);
            }
        }
        if (!functionalInterface.isInterface() || found.size() != 1) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    functionalInterface.getName() + " is not an interface with one abstract method",
                    null);
        }
        return found.getFirst();
    }

    private static boolean overrides(Method method, Method other) {
        return method.getName().equals(other.getName())
                && Arrays.equals(method.getParameterTypes(), other.getParameterTypes())
                && other.getDeclaringClass().isAssignableFrom(method.getDeclaringClass());
    }

    private static boolean isOfObject(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(other -> other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
    }

    private static ClassDesc descriptor(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    private static MethodTypeDesc type(Method method) {
        return MethodTypeDesc.of(
                descriptor(method.getReturnType()),
                Arrays.stream(method.getParameterTypes())
                        .map(Lambdas::descriptor)
                        .toList());
    }
}
