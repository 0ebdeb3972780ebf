package dev.jacobi.analysis;

import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * What a pass may know of the classes that a function names. What is not known is taken for the worst: a field may be volatile and not
 * final, a class may have a static initialiser that does anything.
 */
@FunctionalInterface
public interface ClassKnowledge {
    /** Knows the classes of packages {@code java.*}, which are the same for every class loader. */
    ClassKnowledge PLATFORM = descriptor -> load(descriptor, ClassLoader.getPlatformClassLoader(), true);

    /** Knows the classes that {@code loader} finds. They are loaded, not initialised. */
    static ClassKnowledge of(@Nullable ClassLoader loader) {
        return descriptor -> load(descriptor, loader, false);
    }

    /** The class of this name, not initialised, or null if it is not known. */
    @Nullable
    Class<?> find(ClassDesc descriptor);

    /** Whether the static initialiser of this class, which need not have run yet, does nothing that can be observed. */
    default boolean isInitializationSilent(ClassDesc descriptor) {
        return isPlatform(descriptor);
    }

    /** Whether the field is known to keep the value that the constructor gave it. */
    default boolean isFinal(FieldReference reference) {
        Field field = find(reference);
        return field != null && Modifier.isFinal(field.getModifiers());
    }

    /** Whether reads and writes of the field may order the memory accesses of threads. */
    default boolean mayBeVolatile(FieldReference reference) {
        Field field = find(reference);
        return field == null || Modifier.isVolatile(field.getModifiers());
    }

    /** The declaration that the reference resolves to, in the class or one of its superclasses, or null. */
    default @Nullable Field find(FieldReference reference) {
        try {
            for (Class<?> type = find(reference.owner()); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.getName().equals(reference.name())
                            && field.getType()
                                    .descriptorString()
                                    .equals(reference.type().descriptorString())) {
                        return field;
                    }
                }
            }
        } catch (LinkageError missing) {
            return null;
        }
        return null;
    }

    /**
     * Whether each object of static type {@code type} is for certain an instance of {@code target}. The JVM does not verify that values
     * of interface types implement them, so these tell nothing.
     */
    default boolean isAlways(Type type, ClassDesc target) {
        if (target.descriptorString().equals("Ljava/lang/Object;")) {
            return true;
        }
        if (!type.isReference()) {
            return false;
        }
        Class<?> from = find(type.descriptor());
        return from != null && !elementOf(from).isInterface() && isSubclass(from, target);
    }

    /** Whether objects of exactly the class {@code exact} are instances of {@code target}; null if it is not known. */
    default @Nullable Boolean isInstance(ClassDesc exact, ClassDesc target) {
        if (exact.equals(target)) {
            return true;
        }
        Class<?> from = find(exact);
        Class<?> to = find(target);
        return from == null || to == null ? null : (Boolean) to.isAssignableFrom(from);
    }

    private boolean isSubclass(Class<?> from, ClassDesc target) {
        Class<?> to = find(target);
        return to != null && to.isAssignableFrom(from);
    }

    private static Class<?> elementOf(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element;
    }

    private static boolean isPlatform(ClassDesc descriptor) {
        String text = descriptor.descriptorString();
        String element = text.substring(text.lastIndexOf('[') + 1);
        return element.length() == 1 || element.startsWith("Ljava/");
    }

    private static @Nullable Class<?> load(ClassDesc descriptor, @Nullable ClassLoader loader, boolean platformOnly) {
        String text = descriptor.descriptorString();
        if (platformOnly && !isPlatform(descriptor)) {
            return null;
        }
        Dependencies.asked(descriptor);
        try {
            if (descriptor.isPrimitive()) {
                return Class.forPrimitiveName(descriptor.displayName());
            }
            String name = descriptor.isArray() ? text : text.substring(1, text.length() - 1);
            return Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException | LinkageError missing) {
            return null;
        }
    }
}
