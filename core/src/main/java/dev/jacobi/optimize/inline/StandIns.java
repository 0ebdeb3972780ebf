package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.runtime.library.ArraysMethods;
import dev.jacobi.runtime.library.BlockPrefixes;
import dev.jacobi.runtime.library.CollectionMethods;
import dev.jacobi.runtime.library.CollectorsMethods;
import dev.jacobi.runtime.library.ListMethods;
import dev.jacobi.runtime.library.NumberMethods;
import dev.jacobi.runtime.library.OptionalDoubleMethods;
import dev.jacobi.runtime.library.OptionalMethods;
import dev.jacobi.runtime.library.StreamMethods;
import dev.jacobi.runtime.library.ThrowableMethods;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of classes of the JDK whose methods are replaced by methods of {@code dev.jacobi.runtime.library} where code is to be
 * differentiated: static methods by those of the same name and parameters, instance methods by static ones with the receiver before
 * the parameters. Methods of the JDK that override them count as the same.
 */
public final class StandIns {
    private static final Set<String> PACKAGES = Set.of("java.lang", "java.util", "java.util.stream");
    private static final Map<Class<?>, Class<?>> CLASSES = new LinkedHashMap<>();
    private static final Map<Class<?>, Map<String, MethodReference>> METHODS = new HashMap<>();
    /** Methods of {@link Arrays} whose results are put together in another order. */
    private static final Map<String, MethodReference> REORDERED = methods(BlockPrefixes.class);

    static {
        row(Arrays.class, ArraysMethods.class);
        row(List.class, ListMethods.class);
        row(Collection.class, CollectionMethods.class);
        row(Collectors.class, CollectorsMethods.class);
        row(Optional.class, OptionalMethods.class);
        row(OptionalDouble.class, OptionalDoubleMethods.class);
        row(Number.class, NumberMethods.class);
        row(Throwable.class, ThrowableMethods.class);
    }

    private static void row(Class<?> original, Class<?> standIn) {
        CLASSES.put(original, standIn);
        METHODS.put(original, methods(standIn));
    }

    private static Map<String, MethodReference> methods(Class<?> standIn) {
        Map<String, MethodReference> methods = new HashMap<>();
        for (Method method : standIn.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                methods.put(
                        key(method.getName(), List.of(method.getParameterTypes())), MethodResolution.reference(method));
            }
        }
        return Map.copyOf(methods);
    }

    private static final ClassDesc STREAM_METHODS =
            StreamMethods.class.describeConstable().orElseThrow();

    private StandIns() {}

    /** Whether a call gives the elements of a stream that will be seen when what gives the stream is inlined, so that the call itself must stay. */
    public static boolean isElementsOf(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC
                && call.method().owner().equals(STREAM_METHODS)
                && call.method().name().equals("elementsOf");
    }

    /** Whether a static method of the JDK is replaced. */
    public static boolean isKnown(MethodReference method) {
        return CLASSES.keySet().stream()
                .filter(original -> original.describeConstable().equals(Optional.of(method.owner())))
                .flatMap(original -> METHODS.get(original).values().stream())
                .anyMatch(standIn -> standIn.name().equals(method.name())
                        && standIn.type().parameterList().equals(method.type().parameterList()));
    }

    /** The static method that does what a method of the JDK does. */
    static Optional<MethodReference> of(Executable method) {
        Class<?> owner = method.getDeclaringClass();
        if (owner.getClassLoader() != null || !PACKAGES.contains(owner.getPackageName())) {
            return Optional.empty();
        }
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        for (Class<?> original : CLASSES.keySet()) {
            if (original != owner && (isStatic || !original.isAssignableFrom(owner))) {
                continue;
            }
            List<Class<?>> parameters = new ArrayList<>(List.of(method.getParameterTypes()));
            if (!isStatic) {
                parameters.addFirst(original);
            }
            MethodReference standIn = METHODS.get(original).get(key(method.getName(), parameters));
            if (standIn != null) {
                return Optional.of(standIn);
            }
        }
        return Optional.empty();
    }

    /** The static method that does what a method of the JDK does, but for the order in which it puts floating point together. */
    static Optional<MethodReference> reordered(Executable method) {
        return method.getDeclaringClass() == Arrays.class
                ? Optional.ofNullable(REORDERED.get(key(method.getName(), List.of(method.getParameterTypes()))))
                : Optional.empty();
    }

    private static String key(String name, List<Class<?>> parameters) {
        return name + parameters;
    }
}
