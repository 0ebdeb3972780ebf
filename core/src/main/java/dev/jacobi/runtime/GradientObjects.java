package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a shadow an object of the class of its primal: numbers are those of the shadow, integers, strings and all else that carries no derivative are those of
 * the primal. Records are made by their canonical constructor, other objects by their constructor without parameters and their
 * fields. What the primal holds twice, the gradient holds twice.
 *
 * <p>Refused are other classes, and final fields of them that the constructor has not filled with an array of the right length.
 */
final class GradientObjects {
    private final ShadowGraph graph;
    private final Map<Object, Object> made = new IdentityHashMap<>();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<Step> fields = new ArrayList<>();

    /** A primal with its shadow; {@code ready} once its parts are there. */
    private record Step(Object primal, Object shadow, boolean ready) {}

    private GradientObjects(ShadowGraph graph) {
        this.graph = graph;
    }

    static @Nullable Object of(ShadowGraph graph, @Nullable Object primal, @Nullable Object shadow) {
        return new GradientObjects(graph).make(primal, shadow);
    }

    private @Nullable Object make(@Nullable Object primal, @Nullable Object shadow) {
        if (primal == null || shadow == null) {
            return primal;
        }
        steps.push(new Step(primal, shadow, false));
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            if (step.ready()) {
                build(step);
            } else if (!made.containsKey(step.primal())) {
                begin(step);
            }
        }
        fields.forEach(this::setFields);
        return made.get(primal);
    }

    private void begin(Step step) {
        Object primal = step.primal();
        switch (primal) {
            case double[] _, float[] _ -> made.put(primal, step.shadow());
            case Object[] array -> {
                made.put(primal, Array.newInstance(array.getClass().getComponentType(), array.length));
                steps.push(new Step(primal, step.shadow(), true));
                Object[] shadows = (Object[]) step.shadow();
                for (int i = 0; i < array.length; i++) {
                    later(array[i], shadows[i]);
                }
            }
            case Double _ -> made.put(primal, numbers(step)[0]);
            case Float _ -> made.put(primal, (float) numbers(step)[0]);
            default -> beginObject(step);
        }
    }

    private static double[] numbers(Step step) {
        double[] numbers = (double[]) ((Object[]) step.shadow())[0];
        return numbers == null ? new double[0] : numbers;
    }

    private void beginObject(Step step) {
        Object primal = step.primal();
        FieldAccess access = graph.access(primal.getClass());
        if (access.isOpaque()) {
            made.put(primal, primal);
            return;
        }
        if (primal instanceof Record) {
            steps.push(new Step(primal, step.shadow(), true));
        } else {
            MethodHandle constructor = access.defaultConstructor();
            if (constructor == null) {
                throw graph.refusal(
                        Refusal.UNSUPPORTED_OBJECT,
                        "no gradient can be made of class " + primal.getClass().getTypeName()
                                + ", which is no record and has no constructor without parameters");
            }
            made.put(primal, invoke(constructor, primal, List.of()));
            fields.add(step);
        }
        Object[] slots = (Object[]) step.shadow();
        List<Field> references = access.layout().references();
        for (int i = 0; i < references.size(); i++) {
            later(access.get(references.get(i), primal), slots[1 + i]);
        }
    }

    private void later(@Nullable Object primal, @Nullable Object shadow) {
        if (primal != null && shadow != null && !made.containsKey(primal)) {
            steps.push(new Step(primal, shadow, false));
        }
    }

    private @Nullable Object gradient(@Nullable Object primal) {
        return primal == null ? null : made.getOrDefault(primal, primal);
    }

    private void build(Step step) {
        if (step.primal() instanceof Object[] array) {
            Object[] gradients = (Object[]) made.get(array);
            for (int i = 0; i < array.length; i++) {
                gradients[i] = gradient(array[i]);
            }
        } else {
            made.put(step.primal(), record(step));
        }
    }

    private Object record(Step step) {
        Object primal = step.primal();
        FieldAccess access = graph.access(primal.getClass());
        MethodHandle constructor = access.canonicalConstructor();
        if (constructor == null) {
            throw graph.refusal(
                    Refusal.PACKAGE_NOT_OPEN,
                    "the constructor of the record " + primal.getClass().getTypeName() + " may not be called");
        }
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : primal.getClass().getRecordComponents()) {
            Field field = access.fields().stream()
                    .filter(each -> each.getName().equals(component.getName()))
                    .findFirst()
                    .orElseThrow();
            arguments.add(value(access, field, step));
        }
        return invoke(constructor, primal, arguments);
    }

    private @Nullable Object value(FieldAccess access, Field field, Step step) {
        int place = access.layout().place(field);
        if (place >= 0 && field.getType().isPrimitive()) {
            return FieldAccess.numberFor(field, numbers(step)[place]);
        }
        Object value = access.get(field, step.primal());
        return field.getType().isPrimitive() ? value : gradient(value);
    }

    private Object invoke(MethodHandle constructor, Object primal, List<@Nullable Object> arguments) {
        try {
            return constructor.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw failed(primal, e);
        }
    }

    private JacobiException failed(Object primal, Throwable why) {
        if (why instanceof Error error) {
            throw error;
        }
        JacobiException refusal = graph.refusal(
                Refusal.UNSUPPORTED_OBJECT,
                "the constructor of " + primal.getClass().getTypeName() + " does not accept the numbers of a gradient: "
                        + why);
        refusal.initCause(why);
        return refusal;
    }

    /** Objects that can change get their fields when all objects are there. */
    private void setFields(Step step) {
        Object object = made.get(step.primal());
        FieldAccess access = graph.access(step.primal().getClass());
        for (Field field : access.fields()) {
            Object value = value(access, field, step);
            if (access.isWritable(field)) {
                access.set(field, object, value);
            } else if (access.layout().place(field) >= 0 && !copied(access.get(field, object), value)) {
                throw graph.refusal(
                        Refusal.UNSUPPORTED_OBJECT,
                        "no gradient can be made of class " + step.primal().getClass().getTypeName()
                                + ", whose field " + field.getName() + " is final");
            }
        }
    }

    /** Whether the numbers could be copied into an array that the constructor has made. */
    private static boolean copied(@Nullable Object into, @Nullable Object numbers) {
        if (into == null || numbers == null) {
            return into == numbers;
        }
        boolean fits = (numbers instanceof double[] || numbers instanceof float[])
                && into.getClass() == numbers.getClass()
                && Array.getLength(into) == Array.getLength(numbers);
        if (fits) {
            System.arraycopy(numbers, 0, into, 0, Array.getLength(into));
        }
        return fits;
    }
}
