package dev.jacobi.conformance.roundtrip;

import dev.jacobi.conformance.random.Arguments;
import dev.jacobi.conformance.random.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The methods that can be run without knowing what they are for: public and static, with parameters and a result that are primitive,
 * strings, or arrays of primitives, and no name that speaks of chance, time, input or output.
 */
final class StaticMethods {
    private static final int ARGUMENT_SETS = 12;
    private static final int SECONDS = 5;
    private static final List<String> NOT_A_FUNCTION = List.of(
            "random",
            "nanotime",
            "currenttime",
            "print",
            "read",
            "write",
            "sleep",
            "exit",
            "shuffle",
            "thread",
            "seed",
            "wait",
            "property",
            "identityhash");

    private StaticMethods() {}

    /** What a comparison found. */
    record Report(int compared, int leftOut, List<String> differences) {}

    static List<Method> of(Class<?> type) {
        try {
            return Arrays.stream(type.getDeclaredMethods())
                    .filter(StaticMethods::isWanted)
                    .sorted(Comparator.comparing(Method::getName)
                            .thenComparing(method -> Arrays.toString(method.getParameterTypes())))
                    .toList();
        } catch (NoClassDefFoundError _) {
            return List.of();
        }
    }

    private static boolean isWanted(Method method) {
        String name = method.getName().toLowerCase(Locale.ROOT);
        return Modifier.isPublic(method.getModifiers())
                && Modifier.isStatic(method.getModifiers())
                && method.getParameterCount() > 0
                && isPlain(method.getReturnType())
                && Arrays.stream(method.getParameterTypes()).allMatch(StaticMethods::isPlain)
                && NOT_A_FUNCTION.stream().noneMatch(name::contains);
    }

    private static boolean isPlain(Class<?> type) {
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        return element.isPrimitive() || type == String.class;
    }

    /** Runs the methods of the classes in both loaders on the same arguments, each loader's by a thread that may be given up. */
    static Report compare(List<String> classes, ClassLoader originals, ClassLoader others) {
        List<String> differences = new ArrayList<>();
        int compared = 0;
        int leftOut = 0;
        for (String name : classes) {
            List<Method> methods = methods(name, originals);
            List<Method> counterparts = methods(name, others);
            for (int i = 0; i < methods.size(); i++) {
                Method method = methods.get(i);
                Method counterpart = counterparts.get(i);
                @Nullable List<String> expected = outcomes(method);
                // a second run tells whether the method always does the same
                if (expected == null || !expected.equals(outcomes(method))) {
                    leftOut++;
                    continue;
                }
                compared++;
                @Nullable List<String> actual = outcomes(counterpart);
                if (!expected.equals(actual)) {
                    differences.add(method + "\n" + difference(expected, actual));
                }
            }
        }
        return new Report(compared, leftOut, differences);
    }

    private static List<Method> methods(String name, ClassLoader loader) {
        try {
            return of(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError _) {
            return List.of();
        }
    }

    private static String difference(List<String> expected, @Nullable List<String> actual) {
        if (actual == null) {
            return "does not return";
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(actual.get(i))) {
                return "original:   " + expected.get(i) + "\nrecompiled: " + actual.get(i);
            }
        }
        return "";
    }

    /** What the method does with seeded arguments, or null if it does not return soon. */
    static @Nullable List<String> outcomes(Method method) {
        CompletableFuture<List<String>> future = new CompletableFuture<>();
        // a daemon: a loop without end cannot be stopped, but does not keep the JVM from ending
        Thread.ofPlatform().daemon().start(() -> future.complete(run(method)));
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            return null;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> run(Method method) {
        List<String> outcomes = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(method.toString().hashCode());
        try {
            method.setAccessible(true);
        } catch (RuntimeException _) {
            return List.of();
        }
        for (int i = 0; i < ARGUMENT_SETS; i++) {
            @Nullable
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> Arguments.small(type.getSimpleName(), random))
                    .toArray();
            Outcome outcome = Outcome.of(
                    copy -> {
                        try {
                            return method.invoke(null, copy);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    },
                    arguments);
            outcomes.add(Outcome.describe(arguments) + " -> " + outcome);
        }
        return outcomes;
    }
}
