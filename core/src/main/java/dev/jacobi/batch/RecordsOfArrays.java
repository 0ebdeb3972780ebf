package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.BatchException;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.batch.RecordShape.Apart;
import dev.jacobi.batch.RecordShape.Whole;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A batch with records of arrays for its arguments and its result, round one that gets, and writes into, the arrays themselves. Thread-safe. */
public final class RecordsOfArrays {
    private final String display;
    private final MethodHandle batch;
    private final boolean takesCount;
    private final boolean finishing;
    private final Function<Class<?>, Lookup> lookups;
    private final List<Axis> axes;
    private final List<Argument> arguments = new ArrayList<>();
    private final @Nullable Result result;
    private final MethodType type;

    /** What takes an argument apart: nothing, or what gives a component, and takes that apart. */
    private record Argument(List<Part> parts) {}

    private record Part(String name, MethodHandle accessor, Argument whole) {}

    /** What makes a result of arrays: nothing for an array itself, or what makes the record, and its components. */
    private record Result(
            @Nullable Class<?> component, @Nullable MethodHandle constructor, List<Result> parts) {}

    /**
     * Makes the handles of the records.
     *
     * @param display the method as messages name it
     * @param batch the batch of {@link RecordsApart}
     * @param signature its signature
     * @param parameters a shape for each parameter of the method
     * @param axes those of the method's parameters
     * @param finishing whether results come with a {@link BatchException}
     * @param lookups access to what a class may touch
     * @throws JacobiException if a record of arrays does not have the arrays that the batch takes
     */
    public RecordsOfArrays(
            String display,
            MethodHandle batch,
            BatchSignature signature,
            List<? extends RecordShape> parameters,
            RecordShape result,
            List<Axis> axes,
            boolean finishing,
            Function<Class<?>, Lookup> lookups) {
        this.display = display;
        this.lookups = lookups;
        this.axes = List.copyOf(axes);
        this.finishing = finishing;
        takesCount = signature.takesCount();
        MethodType inner = batch.type();
        this.batch = batch.asSpreader(Object[].class, inner.parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        int next = takesCount ? 1 : 0;
        List<Class<?>> types = new ArrayList<>(inner.parameterList().subList(0, next));
        for (RecordShape shape : parameters) {
            int size = (int) shape.leaves().count();
            List<Class<?>> arrays = inner.parameterList().subList(next, next + size);
            types.add(shape instanceof Apart apart ? apart.arrays() : arrays.getFirst());
            arguments.add(argument(shape, arrays));
            next += size;
        }
        List<Class<?>> outputs = inner.parameterList().subList(next, inner.parameterCount());
        this.result = result instanceof Apart ? result(result, outputs) : null;
        type = MethodType.methodType(result instanceof Apart apart ? apart.arrays() : inner.returnType(), types);
    }

    /** The batch as a handle of its own type. */
    public MethodHandle handle() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(RecordsOfArrays.class, "run", MethodType.methodType(Object.class, Object[].class))
                    .bindTo(this)
                    .asCollector(Object[].class, type.parameterCount())
                    .asType(type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Argument argument(RecordShape shape, List<Class<?>> arrays) {
        List<Part> parts = new ArrayList<>();
        int next = 0;
        if (shape instanceof Apart apart) {
            RecordComponent[] components = apart.arrays().getRecordComponents();
            for (int index = 0; index < components.length; index++) {
                RecordShape inner = apart.components().get(index);
                int size = (int) inner.leaves().count();
                List<Class<?>> own = arrays.subList(next, next + size);
                checkType(apart, components[index], inner, own);
                parts.add(new Part(
                        components[index].getName(),
                        accessor(apart.arrays(), components[index]),
                        argument(inner, own)));
                next += size;
            }
        }
        return new Argument(parts);
    }

    private Result result(RecordShape shape, List<Class<?>> arrays) {
        if (!(shape instanceof Apart apart)) {
            return new Result(arrays.getFirst().getComponentType(), null, List.of());
        }
        List<Result> parts = new ArrayList<>();
        RecordComponent[] components = apart.arrays().getRecordComponents();
        int next = 0;
        for (int index = 0; index < components.length; index++) {
            RecordShape inner = apart.components().get(index);
            int size = (int) inner.leaves().count();
            List<Class<?>> own = arrays.subList(next, next + size);
            checkType(apart, components[index], inner, own);
            parts.add(result(inner, own));
            next += size;
        }
        return new Result(null, constructor(apart.arrays()), parts);
    }

    private void checkType(Apart apart, RecordComponent component, RecordShape inner, List<Class<?>> arrays) {
        if (inner instanceof Whole && component.getType() != arrays.getFirst()) {
            throw new JacobiException(
                    Refusal.WRONG_SIGNATURE,
                    "the component " + component.getName() + " of "
                            + apart.arrays().getTypeName() + " is of type "
                            + component.getType().getTypeName() + ", the batch of " + display + " has "
                            + arrays.getFirst().getTypeName() + " there",
                    null);
        }
    }

    private MethodHandle accessor(Class<?> record, RecordComponent component) {
        try {
            return lookups.apply(record)
                    .unreflect(component.getAccessor())
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private MethodHandle constructor(Class<?> record) {
        List<Class<?>> types = Arrays.stream(record.getRecordComponents())
                .<Class<?>>map(RecordComponent::getType)
                .toList();
        try {
            return lookups.apply(record)
                    .findConstructor(record, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.size())
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("UnusedMethod") // bound by its name
    private @Nullable Object run(@Nullable Object[] given) throws Throwable {
        List<@Nullable Object> passed = new ArrayList<>();
        int first = takesCount ? 1 : 0;
        int count = takesCount ? (int) given[0] : -1;
        passed.addAll(Arrays.asList(given).subList(0, first));
        for (int index = 0; index < arguments.size(); index++) {
            int begin = passed.size();
            flatten(arguments.get(index), given[index + first], "parameter " + index, passed);
            if (count < 0 && axes.get(index) == Axis.EACH && passed.size() > begin && passed.get(begin) != null) {
                count = Array.getLength(passed.get(begin));
            }
        }
        if (result == null) {
            return batch.invokeExact(passed.toArray());
        }
        Object results = make(result, Math.max(count, 0), passed);
        try {
            Object _ = batch.invokeExact(passed.toArray());
        } catch (BatchException e) {
            throw finishing ? new BatchException(display, e.failures(), results) : e;
        }
        return results;
    }

    private void flatten(Argument argument, @Nullable Object value, String name, List<@Nullable Object> passed)
            throws Throwable {
        if (argument.parts().isEmpty()) {
            passed.add(value);
            return;
        }
        if (value == null) {
            throw new NullPointerException(name + " of the batch of " + display + " is null");
        }
        for (Part part : argument.parts()) {
            Object component = part.accessor().invokeExact(value);
            flatten(part.whole(), component, part.name() + " of " + name, passed);
        }
    }

    /** Makes the arrays, which are passed as well, and the records of them. */
    private static Object make(Result result, int count, List<@Nullable Object> passed) throws Throwable {
        if (result.constructor() == null) {
            Object array = Array.newInstance(result.component(), count);
            passed.add(array);
            return array;
        }
        Object[] components = new Object[result.parts().size()];
        for (int index = 0; index < components.length; index++) {
            components[index] = make(result.parts().get(index), count, passed);
        }
        return result.constructor().invokeExact(components);
    }
}
