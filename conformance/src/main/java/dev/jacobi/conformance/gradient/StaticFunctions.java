package dev.jacobi.conformance.gradient;

import dev.jacobi.conformance.gradient.GradientCheck.Finding;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The functions with a number as their result in a class that another compiler than javac has made. */
public final class StaticFunctions {
    private StaticFunctions() {}

    /** The public functions, by name; the class is found by name too, since javac may run without it. */
    public static List<Method> of(String className) throws ClassNotFoundException {
        return Arrays.stream(Class.forName(className).getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> method.getReturnType() == double.class)
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /** Checks a function at positive numbers, all different; integers are 4, arrays have three elements. */
    public static Finding check(Method method) {
        double[] next = {0.35};
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == double.class
                        ? (Object) (next[0] += 0.17)
                        : type == int.class
                                ? (Object) 4
                                : new double[] {next[0] += 0.11, next[0] += 0.23, next[0] += 0.19})
                .toArray();
        return new GradientCheck(method, false).check(arguments);
    }
}
