package dev.jacobi.autodiff;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Verifier;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;

/** Functions from methods, and calls of functions. */
public final class Code {
    private Code() {}

    /** The method of that name, of which there is one. */
    public static Method method(Class<?> owner, String name) {
        return Arrays.stream(owner.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** The method as it is in the class file, not optimised. */
    public static Function lift(Class<?> owner, String name) {
        Method method = method(owner, name);
        var type = java.lang.invoke.MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .describeConstable()
                .orElseThrow();
        MethodReference reference =
                new MethodReference(owner.describeConstable().orElseThrow(), name, type, owner.isInterface());
        return Lifter.lift(reference, ClassFiles.of(owner.getClassLoader()));
    }

    /** Compiles a function after verifying it. */
    public static MethodHandle compile(Function function, MethodHandles.Lookup lookup) {
        Verifier.verify(function);
        return HiddenClasses.compile(function, lookup).handle();
    }

    /** Calls a function with what it throws. */
    public static Object call(MethodHandle handle, Object... arguments) throws Throwable {
        return handle.invokeWithArguments(arguments);
    }
}
