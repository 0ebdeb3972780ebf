package dev.jacobi.autodiff;

import dev.jacobi.Refusal;
import dev.jacobi.optimize.inline.CallTargets;
import dev.jacobi.runtime.StoppedException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Called by generated code only: refuses to go on where objects are compared, or compare others, whose class is seen to store numbers when it does so, since
 * what comparisons store is not followed. A class is looked at once.
 *
 * <p>Not seen are lambdas whose code the JVM shows to nobody; classes of the JDK store nothing.
 */
public final class ComparedClasses {
    private static final Set<String> COMPARING = Set.of("compare", "compareTo", "equals", "hashCode");

    /** What each class stores in, null if it stores nothing. */
    private static final ClassValue<Found> FOUND = new ClassValue<>() {
        @Override
        protected Found computeValue(Class<?> type) {
            return new Found(storing(type));
        }
    };

    private record Found(@Nullable Method storing) {}

    private ComparedClasses() {}

    /** @param compared what compares or is compared, or an array, a collection or a map of such objects */
    public static void check(@Nullable Object compared, @Nullable String where) {
        switch (compared) {
            case null -> {}
            case Object[] elements -> checkEach(Arrays.asList(elements), where);
            case Collection<?> elements when isOfJdk(elements) -> checkEach(elements, where);
            case Map<?, ?> map when isOfJdk(map) -> checkEach(map.keySet(), where);
            default -> check(compared.getClass(), where);
        }
    }

    private static void checkEach(Iterable<?> elements, @Nullable String where) {
        Class<?> last = Object.class;
        for (Object element : elements) {
            if (element != null && element.getClass() != last) {
                last = element.getClass();
                check(last, where);
            }
        }
    }

    private static boolean isOfJdk(Object object) {
        return object.getClass().getClassLoader() == null;
    }

    private static void check(Class<?> type, @Nullable String where) {
        if (type.getClassLoader() == null || type.isHidden()) {
            return;
        }
        Method storing = FOUND.get(type).storing();
        if (storing != null) {
            throw new StoppedException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot go on with the derivative: it compares objects by "
                            + storing.getDeclaringClass().getName() + "." + storing.getName()
                            + ", which stores numbers",
                    where);
        }
    }

    private static @Nullable Method storing(Class<?> type) {
        for (Method method : type.getMethods()) {
            Class<?> owner = method.getDeclaringClass();
            boolean compares = COMPARING.contains(method.getName())
                    && owner.getClassLoader() != null
                    && !owner.isHidden()
                    && !Modifier.isStatic(method.getModifiers());
            if (compares && Orderings.storesNumbers(owner, CallTargets.reference(method))) {
                return method;
            }
        }
        return null;
    }
}
