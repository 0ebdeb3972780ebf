package dev.jacobi.conformance.random;

import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A random program: a class with the public static method {@code run} and others that it calls.
 *
 * @param seed what it was made from
 * @param className the qualified name of its class
 * @param methods {@code run} first
 */
record Program(long seed, String className, List<Method> methods) {
    static final String PACKAGE = "generated";

    /** One static method; what it returns at its end is a statement of its body. */
    record Method(String name, String returnType, List<Variable> parameters, Node.Body body) {
        Method withBody(Node.Body other) {
            return new Method(name, returnType, parameters, other);
        }
    }

    /** A parameter or local variable. */
    record Variable(String name, String type, boolean assignable, boolean capturable) {}

    Method run() {
        return methods.getFirst();
    }

    Program withMethods(List<Method> others) {
        return new Program(seed, className, List.copyOf(others));
    }

    Program withMethod(int index, Method method) {
        List<Method> others = new ArrayList<>(methods);
        others.set(index, method);
        return withMethods(others);
    }

    /**
     * Sets the static field of the class of a program to what it is at first. {@code run} does so itself, but not once that statement was left out to shrink the program: then forms that run one after the other would
     * differ only by what the one before left there.
     */
    static void resetShared(Class<?> type) throws ReflectiveOperationException {
        Lookup lookup = (Lookup) Objects.requireNonNull(type.getMethod("lookup").invoke(null));
        lookup.findStaticVarHandle(type, "shared", long.class).set(0L);
    }

    String source() {
        StringBuilder out = new StringBuilder(2000);
        out.append("package ").append(PACKAGE).append(";\n\n");
        out.append("import dev.jacobi.conformance.random.Support.*;\n");
        out.append(
                "import java.util.*;\nimport dev.jacobi.conformance.random.Support;\nimport java.util.function.*;\nimport java.util.stream.*;\n\n");
        out.append("public class ")
                .append(className.substring(PACKAGE.length() + 1))
                .append(" {\n");
        out.append("    private static long shared;\n\n");
        out.append("    public static java.lang.invoke.MethodHandles.Lookup lookup() {\n");
        out.append("        return java.lang.invoke.MethodHandles.lookup();\n    }\n");
        for (Method method : methods) {
            out.append("\n    ")
                    .append(method.name().equals("run") ? "public" : "private")
                    .append(" static ");
            out.append(method.returnType()).append(' ').append(method.name()).append('(');
            out.append(String.join(
                    ", ",
                    method.parameters().stream()
                            .map(parameter -> (parameter.capturable() ? "final " : "") + parameter.type() + " "
                                    + parameter.name())
                            .toList()));
            out.append(") {\n");
            method.body().render(out, 2);
            out.append("    }\n");
        }
        return out.append("}\n").toString();
    }
}
