package dev.jacobi.compile;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a functional interface wants the results of a derivative.
 *
 * @param primalReturned whether the value of the method is among them
 * @param record the record class that takes them, if there is one
 */
record ResultForm(boolean primalReturned, Optional<ClassDesc> record) {
    static final ResultForm WITH_PRIMAL = new ResultForm(true, Optional.empty());

    /**
     * Reads the form off the return type of the interface's method.
     *
     * @param result the type of the primal's result
     * @param derivatives the number of results besides the primal's
     */
    static ResultForm of(String primal, Method method, Mode mode, Type result, int derivatives) {
        return of(primal, method, method.getReturnType(), mode, result, derivatives);
    }

    /** As above, where what is returned is not what the method declares. */
    static ResultForm of(String primal, Method method, Class<?> returned, Mode mode, Type result, int derivatives) {
        boolean hasPrimal = !result.equals(Type.VOID);
        if (returned.isRecord()) {
            int components = returned.getRecordComponents().length;
            if (components == derivatives || (hasPrimal && components == derivatives + 1)) {
                return new ResultForm(components > derivatives, Optional.of(describe(returned)));
            }
        } else if (returned == double[].class && !result.isArray() && derivatives + (hasPrimal ? 1 : 0) > 1
                || returned == Object[].class && result.isArray() && derivatives > 1) {
            return new ResultForm(hasPrimal, Optional.empty());
        } else if (derivatives == 0 || (derivatives == 1 && returned != void.class)) {
            return new ResultForm(derivatives == 0 && hasPrimal && returned != void.class, Optional.empty());
        }
        throw new JacobiException(
                Refusal.WRONG_SIGNATURE,
                method.getDeclaringClass().getName() + "." + method.getName() + " returns "
                        + Type.name(describe(returned)) + ", which does not hold the results of the derivative of "
                        + primal + ": " + results(hasPrimal, result, mode, derivatives)
                        + "; return double[] or a record with a component for each",
                null);
    }

    private static String results(boolean hasPrimal, Type result, Mode mode, int derivatives) {
        String value = hasPrimal ? "its value (" + result + ")" : "";
        String other = mode == Mode.FORWARD
                ? derivatives == 1 ? "its tangent" : derivatives + " tangents"
                : derivatives + (derivatives == 1 ? " adjoint" : " adjoints");
        return derivatives == 0 ? value : value.isEmpty() ? other : value + " and " + other;
    }

    private static ClassDesc describe(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    /** The single abstract method of a functional interface. */
    static Method methodOf(Class<?> functionalInterface) {
        List<Method> candidates = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Method method : functionalInterface.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers()) && !isMethodOfObject(method)) {
                candidates.add(method);
                names.add(method.getName());
            }
        }
        if (!functionalInterface.isInterface() || candidates.isEmpty()) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    functionalInterface.getName() + " is not a functional interface: "
                            + (functionalInterface.isInterface() ? "it has no abstract method" : "it is a class"),
                    null);
        }
        if (names.size() > 1) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    functionalInterface.getName() + " is not a functional interface: it has " + candidates.size()
                            + " abstract methods",
                    null);
        }
        return candidates.getFirst();
    }

    private static boolean isMethodOfObject(Method method) {
        return switch (method.getName()) {
            case "equals" -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {Object.class});
            case "hashCode", "toString" -> method.getParameterCount() == 0;
            default -> false;
        };
    }
}
