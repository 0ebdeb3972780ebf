package dev.jacobi.runtime;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.runtime.ShadowGraph.Open;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private final ShadowGraph.Session session;
    private final IdentityHashMap<Object, Object> made = new IdentityHashMap<>();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<Open> fields = new ArrayList<>();

    /** An object to make; {@code ready} once its parts are there. */
    private record Step(Open object, boolean ready) {}

    private GradientObjects(ShadowGraph graph, ShadowGraph.Session session) {
        this.graph = graph;
        this.session = session;
    }

    static @Nullable Object of(ShadowGraph graph, ShadowGraph.Session session, @Nullable Object primal) {
        return new GradientObjects(graph, session).make(primal);
    }

    private @Nullable Object make(@Nullable Object primal) {
        later(primal);
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            if (step.ready()) {
                build(step.object());
            } else if (!made.containsKey(step.object().primal())) {
                begin(step.object());
            }
        }
        fields.forEach(this::setFields);
        return gradient(primal);
    }

    private void later(@Nullable Object primal) {
        Open object = primal == null || primal instanceof Open ? null : session.find(primal);
        if (object != null && !made.containsKey(object.primal())) {
            steps.push(new Step(object, false));
        }
    }

    private @Nullable Object gradient(@Nullable Object primal) {
        if (primal instanceof Open box) {
            return box(box);
        }
        return primal == null ? null : made.getOrDefault(primal, primal);
    }

    private void begin(Open object) {
        Object primal = object.primal();
        Object early = switch (primal) {
            case double[] _, float[] _ -> object.shadow();
            case Object[] array -> Array.newInstance(array.getClass().getComponentType(), array.length);
            case Map<?, ?> map when object.shadow() instanceof MapShadow -> newMap(map);
            case Collection<?> _
            when object.shadow() instanceof List<?> -> primal instanceof List ? new ArrayList<>() : new ArrayDeque<>();
            case Double _, Float _ -> box(object);
            case Record _ -> null;
            default -> newObject(object);
        };
        if (early != null) {
            made.put(primal, early);
        }
        steps.push(new Step(object, true));
        for (Object part : object.parts()) {
            later(part);
        }
    }

    private static Object box(Open box) {
        double number = numbers(box)[0];
        return box.primal() instanceof Float ? (Object) (float) number : (Object) number;
    }

    private static double[] numbers(Open object) {
        double[] numbers = (double[]) ((Object[]) object.shadow())[0];
        return numbers == null ? new double[0] : numbers;
    }

    private Object newObject(Open object) {
        Object primal = object.primal();
        FieldAccess access = graph.access(primal.getClass());
        if (access.isOpaque()) {
            return primal;
        }
        MethodHandle constructor = access.defaultConstructor();
        if (constructor == null) {
            throw graph.refusal(
                    Refusal.UNSUPPORTED_OBJECT,
                    "no gradient can be made of class " + primal.getClass().getTypeName()
                            + ", which is no record and has no constructor without parameters");
        }
        fields.add(object);
        return invoke(constructor, primal, List.of());
    }

    /** Keeps the order of the map. */
    @SuppressWarnings("unchecked") // a comparator of the map's own keys
    private static Map<Object, Object> newMap(Map<?, ?> primal) {
        return primal instanceof SortedMap<?, ?> sorted
                ? new TreeMap<>(((SortedMap<Object, ?>) sorted).comparator())
                : new LinkedHashMap<>();
    }

    @SuppressWarnings("unchecked") // made by begin(..)
    private void build(Open object) {
        Object gradient = made.get(object.primal());
        @Nullable Object[] parts = object.parts();
        switch (gradient) {
            case null -> made.put(object.primal(), record(object));
            case Object[] array -> Arrays.setAll(array, index -> gradient(parts[index]));
            case Map<?, ?> map
            when object.shadow() instanceof MapShadow shadow -> {
                Object[] keys = shadow.keys();
                for (int index = 0; index < keys.length; index++) {
                    ((Map<@Nullable Object, @Nullable Object>) map).put(keys[index], gradient(parts[index]));
                }
            }
            case Collection<?> collection
            when object.shadow() instanceof List<?> -> {
                for (Object part : parts) {
                    ((Collection<@Nullable Object>) collection).add(gradient(part));
                }
            }
            default -> {}
        }
    }

    private Object record(Open object) {
        Object primal = object.primal();
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
            arguments.add(value(access, field, object));
        }
        return invoke(constructor, primal, arguments);
    }

    private @Nullable Object value(FieldAccess access, Field field, Open object) {
        int place = access.layout().place(field);
        if (place < 0) {
            return access.get(field, object.primal());
        }
        return field.getType().isPrimitive()
                ? FieldAccess.numberFor(field, numbers(object)[place])
                : gradient(object.parts()[place - 1]);
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
    private void setFields(Open step) {
        Object object = made.get(step.primal());
        FieldAccess access = graph.access(step.primal().getClass());
        for (Field field : access.fields()) {
            Object value = value(access, field, step);
            if (access.isWritable(field)) {
                access.set(field, object, value);
            } else if (access.layout().place(field) >= 0 && !copied(access.get(field, object), value)) {
                throw graph.refusal(
                        Refusal.UNSUPPORTED_OBJECT,
                        "no gradient can be made of class "
                                + step.primal().getClass().getTypeName() + ", whose field " + field.getName()
                                + " is final");
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
