package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.lang.invoke.MethodType;
import java.util.List;

/** Hidden classes that {@link HiddenClasses} has made, perhaps in another process. */
public final class KeptClass {
    private KeptClass() {}

    /**
     * Defines a class again that was kept, with the same data, and makes an object of it.
     *
     * @param lookup with full privilege
     */
    public static Object instance(byte[] bytes, List<Object> data, Lookup lookup) {
        return construct(define(bytes, data, lookup));
    }

    /**
     * Defines a class again that was kept, with the same data, and finds a static method of it.
     *
     * @param lookup with full privilege
     * @throws ReflectiveOperationException if it has no such method
     */
    public static MethodHandle method(byte[] bytes, List<Object> data, Lookup lookup, String name, MethodType type)
            throws ReflectiveOperationException {
        Lookup defined = define(bytes, data, lookup);
        return defined.findStatic(defined.lookupClass(), name, type);
    }

    private static Lookup define(byte[] bytes, List<Object> data, Lookup lookup) {
        try {
            return lookup.defineHiddenClassWithClassData(bytes, data, false, ClassOption.NESTMATE);
        } catch (IllegalAccessException e) {
            throw new JacobiException(Refusal.INTERNAL, "cannot define a class again", null, e);
        }
    }

    static Object construct(Lookup defined) {
        try {
            return defined.findConstructor(defined.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new JacobiException(Refusal.INTERNAL, "cannot instantiate the emitted class", null, e);
        }
    }
}
