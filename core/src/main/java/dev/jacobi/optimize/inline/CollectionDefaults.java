package dev.jacobi.optimize.inline;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The table of methods of collections that do what the default method of their interface does, only faster: the default method, which works through other
 * methods, is inlined instead, as the fields of these classes cannot be reached. They differ where the function that is passed changes the collection itself.
 */
final class CollectionDefaults {
    private static final Set<Class<?>> CLASSES = Set.of(
            ArrayList.class,
            LinkedList.class,
            ArrayDeque.class,
            PriorityQueue.class,
            Vector.class,
            HashMap.class,
            LinkedHashMap.class,
            TreeMap.class,
            ConcurrentHashMap.class);
    private static final Set<String> METHODS =
            Set.of("forEach", "merge", "compute", "computeIfAbsent", "computeIfPresent", "removeIf", "replaceAll");
    private static final List<Class<?>> INTERFACES = List.of(Iterable.class, Collection.class, List.class, Map.class);

    private CollectionDefaults() {}

    /**
     * The default method of a method of a collection whose class is not known. What the interface says of the method is what the default method does, so it
     * is what any class does.
     */
    static Optional<Executable> ofAnyCollection(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        if (owner.getClassLoader() != null
                || !owner.getPackageName().equals("java.util") && owner != Iterable.class
                || !METHODS.contains(method.getName())) {
            return Optional.empty();
        }
        return Optional.of(defaultOf(method))
                .filter(found -> found.getDeclaringClass().isInterface());
    }

    /** The default method, or the method itself. */
    static Executable insteadOf(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        return CLASSES.contains(owner) && METHODS.contains(method.getName()) ? defaultOf(method) : method;
    }

    private static Executable defaultOf(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        for (Class<?> type : INTERFACES) {
            if (type.isAssignableFrom(owner)) {
                try {
                    Method found = type.getMethod(method.getName(), method.getParameterTypes());
                    if (!Modifier.isAbstract(found.getModifiers())) {
                        return found;
                    }
                } catch (NoSuchMethodException _) {
                    // the next interface may declare it
                }
            }
        }
        return method;
    }
}
