package dev.jacobi.offload;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A method as it runs on the JVM without any device, called as its code for devices is. Made when it is needed first. Thread-safe. */
final class JvmCode {
    private final Supplier<MethodHandle> plain;
    private final MethodType type;
    private volatile @Nullable MethodHandle made;

    /**
     * @param plain makes it
     * @param type of the code for devices, which has ints for booleans, bytes, shorts and chars
     */
    JvmCode(Supplier<MethodHandle> plain, MethodType type) {
        this.plain = plain;
        this.type = type;
    }

    /** Makes it, if it is not made yet. */
    MethodHandle handle() {
        MethodHandle known = made;
        if (known == null) {
            synchronized (this) {
                known = made;
                if (known == null) {
                    known = MethodHandles.explicitCastArguments(plain.get(), type)
                            .asSpreader(Object[].class, type.parameterCount())
                            .asType(MethodType.methodType(Object.class, Object[].class));
                    made = known;
                }
            }
        }
        return known;
    }

    @Nullable
    Object call(@Nullable Object[] arguments) throws Throwable {
        return (Object) handle().invokeExact(arguments);
    }
}
