package dev.jacobi.optimize.inline;

import dev.jacobi.cache.Dependencies;
import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds classes and methods as the JVM would for code of one class (JVMS §5.4.3.3, §5.4.3.4, §5.4.6). Classes are loaded, not
 * initialised. What cannot be loaded, and what the JVM would answer with an error, is not found: the call stays and fails when it runs.
 */
final class MethodResolution {
    /** A class's methods and constructors by name and descriptor, or null if some class they mention cannot be loaded. */
    private static final ClassValue<Optional<Map<String, Executable>>> DECLARED = new ClassValue<>() {
        @Override
        protected Optional<Map<String, Executable>> computeValue(Class<?> type) {
            try {
                Map<String, Executable> members = new HashMap<>();
                for (Method method : type.getDeclaredMethods()) {
                    members.put(key(method.getName(), descriptor(method)), method);
                }
                for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                    members.put(key("<init>", descriptor(constructor)), constructor);
                }
                return Optional.of(members);
            } catch (LinkageError | TypeNotPresentException _) {
                return Optional.empty();
            }
        }
    };

    private final @Nullable ClassLoader loader;
    private final Map<ClassDesc, Optional<Class<?>>> classes = new HashMap<>();

    MethodResolution(Class<?> host) {
        this.loader = host.getClassLoader();
    }

    /** The class that the host's code means by this name. */
    Optional<Class<?>> load(ClassDesc descriptor) {
        Optional<Class<?>> known = classes.get(descriptor);
        if (known == null) {
            known = Optional.ofNullable(find(descriptor, loader));
            classes.put(descriptor, known);
        }
        return known;
    }

    private static @Nullable Class<?> find(ClassDesc descriptor, @Nullable ClassLoader loader) {
        Dependencies.asked(descriptor);
        String text = descriptor.descriptorString();
        try {
            if (descriptor.isPrimitive()) {
                return Class.forPrimitiveName(descriptor.displayName());
            }
            String name = descriptor.isArray() ? text : text.substring(1, text.length() - 1);
            return Class.forName(name.replace('/', '.'), false, loader);
        } catch (ClassNotFoundException | LinkageError _) {
            return null;
        }
    }

    /** Whether the host's code and that of {@code other} mean the same class by this name. */
    boolean agrees(ClassDesc descriptor, Class<?> other) {
        ClassLoader theirs = other.getClassLoader();
        return theirs == loader
                || load(descriptor)
                        .filter(type -> type == find(descriptor, theirs))
                        .isPresent();
    }

    /** Whether all names mean the same for the two. */
    boolean sameNames(MethodResolution other) {
        return loader == other.loader;
    }

    static String key(String name, String descriptor) {
        return name + descriptor;
    }

    static String descriptor(Executable member) {
        Class<?> result = member instanceof Method method ? method.getReturnType() : void.class;
        return MethodType.methodType(result, member.getParameterTypes()).descriptorString();
    }

    static MethodReference reference(Executable member) {
        Class<?> owner = member.getDeclaringClass();
        return new MethodReference(
                owner.describeConstable().orElseThrow(),
                member instanceof Method ? member.getName() : "<init>",
                MethodTypeDesc.ofDescriptor(descriptor(member)),
                owner.isInterface());
    }

    /** The method that a reference means, before the receiver's class is looked at. */
    Optional<Executable> resolve(MethodReference reference) {
        Class<?> owner = load(reference.owner()).orElse(null);
        if (owner == null || owner.isArray() || owner.isInterface() != reference.onInterface()) {
            return Optional.empty();
        }
        String key = key(reference.name(), reference.type().descriptorString());
        if (reference.name().startsWith("<")) {
            return declared(owner, key);
        }
        for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
            Map<String, Executable> members = DECLARED.get(type).orElse(null);
            if (members == null) {
                return Optional.empty();
            }
            Executable found = members.get(key);
            if (found != null) {
                return Optional.of(found);
            }
        }
        if (owner.isInterface()) {
            Executable ofObject = declared(Object.class, key).orElse(null);
            if (ofObject != null && Modifier.isPublic(ofObject.getModifiers())) {
                return Optional.of(ofObject);
            }
        }
        List<Executable> candidates = maximallySpecific(owner, key);
        return candidates.stream()
                .filter(method -> !Modifier.isAbstract(method.getModifiers()))
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    static Optional<Executable> declared(Class<?> owner, String key) {
        return DECLARED.get(owner).map(members -> members.get(key));
    }

    /** The method that runs when {@code resolved} is called on an object of exactly this class. */
    Optional<Executable> select(Class<?> receiver, Executable resolved) {
        if (receiver.isArray() || !resolved.getDeclaringClass().isAssignableFrom(receiver)) {
            return Optional.empty();
        }
        if (Modifier.isPrivate(resolved.getModifiers())) {
            return Optional.of(resolved);
        }
        String key = key(resolved.getName(), descriptor(resolved));
        for (Class<?> type = receiver; type != null; type = type.getSuperclass()) {
            Map<String, Executable> members = DECLARED.get(type).orElse(null);
            if (members == null) {
                return Optional.empty();
            }
            Executable found = members.get(key);
            if (found == null || Modifier.isStatic(found.getModifiers()) || isHidden(found, resolved)) {
                continue;
            }
            if (!mayOverrideAnywhere(resolved) && !samePackage(type, resolved.getDeclaringClass())) {
                return Optional.empty(); // overriding across packages through a third class: rare, not decided here
            }
            return Modifier.isAbstract(found.getModifiers()) ? Optional.empty() : Optional.of(found);
        }
        List<Executable> candidates = maximallySpecific(receiver, key).stream()
                .filter(method -> !Modifier.isAbstract(method.getModifiers()))
                .toList();
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    private static boolean isHidden(Executable found, Executable resolved) {
        return Modifier.isPrivate(found.getModifiers()) && !found.equals(resolved);
    }

    private static boolean mayOverrideAnywhere(Executable method) {
        return (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    static boolean samePackage(Class<?> one, Class<?> other) {
        return one.getClassLoader() == other.getClassLoader()
                && one.getPackageName().equals(other.getPackageName());
    }

    /** The methods of superinterfaces that no other superinterface of the class overrides. */
    private static List<Executable> maximallySpecific(Class<?> type, String key) {
        Set<Class<?>> interfaces = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            collectInterfaces(each, interfaces);
        }
        List<Executable> found = new ArrayList<>();
        for (Class<?> each : interfaces) {
            Executable method = declared(each, key).orElse(null);
            if (method != null && (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0) {
                found.add(method);
            }
        }
        found.removeIf(method -> found.stream()
                .anyMatch(other ->
                        other != method && method.getDeclaringClass().isAssignableFrom(other.getDeclaringClass())));
        return List.copyOf(found);
    }

    private static void collectInterfaces(Class<?> type, Set<Class<?>> interfaces) {
        for (Class<?> each : type.getInterfaces()) {
            if (interfaces.add(each)) {
                collectInterfaces(each, interfaces);
            }
        }
    }
}
