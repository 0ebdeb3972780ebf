package dev.jacobi.conformance.gradient;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.DerivativeRequest;
import dev.jacobi.autodiff.DerivativeRequest.Mode;
import dev.jacobi.compile.DerivativeCompiler;
import dev.jacobi.compile.Specification;
import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.optimize.StageObserver;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A derivative of a method, compiled or interpreted, called with arguments and their shadows. */
public final class Transformed {
    /** The method's own result, and in forward mode that result's tangent in each direction. */
    public record Results(@Nullable Object value, List<@Nullable Object> tangents) {}

    private interface Code {
        @Nullable
        Object call(List<@Nullable Object> arguments) throws Throwable;
    }

    private final Method method;
    private final Activity[] activities;
    private final Mode mode;
    private final boolean packed;
    private final Code code;

    private Transformed(Method method, Activity[] activities, Mode mode, boolean packed, Code code) {
        this.method = method;
        this.activities = activities;
        this.mode = mode;
        this.packed = packed;
        this.code = code;
    }

    public static Transformed forward(Primal primal, Method method, boolean interpreted, Activity... activities) {
        Code code = interpreted
                ? interpreted(primal, method, DerivativeRequest.forward(true, activities), Interpreter::new)
                : compiled(primal.forward(activities).asMethodHandle());
        return new Transformed(method, activities, Mode.FORWARD, false, code);
    }

    /** Forward mode in several directions at once. */
    public static Transformed forward(Primal primal, Method method, int width, Activity... activities) {
        return new Transformed(
                method,
                activities,
                Mode.FORWARD,
                false,
                compiled(primal.forward(width, activities).asMethodHandle()));
    }

    /** Forward mode in several directions at once, which have one shadow; empty where that is refused for this reason. */
    public static Optional<Transformed> packed(Primal primal, Method method, int width, Activity... activities) {
        return unlessRefused(Refusal.PACKED_DIRECTIONS, () -> {
            MethodHandle handle = primal.forward(width, activities).packed().asMethodHandle();
            return new Transformed(method, activities, Mode.FORWARD, true, compiled(handle));
        });
    }

    public static Transformed reverse(Primal primal, Method method, boolean interpreted, Activity... activities) {
        Code code = interpreted
                ? interpreted(primal, method, DerivativeRequest.reverse(true, activities), Interpreter::new)
                : compiled(primal.reverse(activities).asMethodHandle());
        return new Transformed(method, activities, Mode.REVERSE, false, code);
    }

    /** Reverse mode for several adjoints at once; empty where that is refused for this reason. */
    public static Optional<Transformed> reverse(Primal primal, Method method, int width, Activity... activities) {
        return unlessRefused(Refusal.SEVERAL_ADJOINTS, () -> {
            MethodHandle handle = primal.reverse(width, activities).asMethodHandle();
            return new Transformed(method, activities, Mode.REVERSE, false, compiled(handle));
        });
    }

    private static Optional<Transformed> unlessRefused(Refusal reason, Supplier<Transformed> compilation) {
        try {
            return Optional.of(compilation.get());
        } catch (JacobiException refused) {
            if (refused.refusal() == reason) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Reverse mode, interpreted, with numbers rounded by chance. */
    static Transformed roundedByChance(Primal primal, Method method, RandomGenerator chance, Activity... activities) {
        DerivativeRequest request = DerivativeRequest.reverse(true, activities);
        Code code = interpreted(primal, method, request, lookup -> new Interpreter(lookup).rounding(chance));
        return new Transformed(method, activities, Mode.REVERSE, false, code);
    }

    private static Code compiled(MethodHandle handle) {
        MethodHandle spread = handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        return arguments -> spread.invokeExact(arguments.toArray());
    }

    private static Code interpreted(
            Primal primal,
            Method method,
            DerivativeRequest request,
            java.util.function.Function<MethodHandles.Lookup, Interpreter> interpreter) {
        Specification specification =
                new Specification(primal.target(), primal.options(), request.mode(), request.activities());
        Function function = DerivativeCompiler.derive(specification, request, StageObserver.NONE);
        MethodHandles.Lookup lookup;
        try {
            lookup = MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        return arguments -> interpreter.apply(lookup).call(function, arguments);
    }

    /**
     * Calls it.
     *
     * @param seeds those of the result in reverse mode, one for each direction
     * @param directions shadows for each direction, one for each argument; those of numbers go in (forward mode) or are replaced by the
     *     adjoint (reverse mode)
     */
    public Results call(
            @Nullable Object[] arguments, List<? extends @Nullable Object> seeds, @Nullable Object[]... directions)
            throws Throwable {
        List<@Nullable Object> all = new ArrayList<>();
        Packing packing = new Packing(directions.length);
        for (int i = 0; i < arguments.length; i++) {
            all.add(arguments[i]);
            if (packed && activities[i].isActive() && !isNumber(method.getParameterTypes()[i])) {
                all.add(packing.pack(lanes(directions, i)));
            } else if (activities[i].isActive() && activities[i] != Activity.ACTIVE) {
                for (@Nullable Object[] shadows : directions) {
                    all.add(shadows[i]);
                }
            }
        }
        Class<?> result = method.getReturnType();
        if (mode == Mode.REVERSE && result != void.class) {
            all.addAll(seeds);
        }
        int adjoints = directions.length
                * (int) Arrays.stream(activities)
                        .filter(Activity.ACTIVE::equals)
                        .count();
        boolean inOne = packed && !isNumber(result);
        int tangentCount = mode == Mode.REVERSE ? 0 : inOne ? 1 : directions.length;
        int count = (result == void.class ? 0 : 1 + tangentCount) + adjoints;
        List<@Nullable Object> results = unpacked(code.call(all), count);
        packing.unpack();
        @Nullable Object value = result == void.class ? null : exact(results.removeFirst(), result);
        List<@Nullable Object> tangents = new ArrayList<>();
        if (inOne && result != void.class) {
            tangents.addAll(packing.unpack(results.removeFirst()));
        }
        while (mode == Mode.FORWARD && tangents.size() < directions.length) {
            tangents.add(result == void.class ? null : exact(results.removeFirst(), result));
        }
        for (int i = 0; i < arguments.length; i++) {
            if (activities[i] == Activity.ACTIVE) {
                for (@Nullable Object[] adjointsOfOne : directions) {
                    adjointsOfOne[i] = exact(results.removeFirst(), method.getParameterTypes()[i]);
                }
            }
        }
        return new Results(value, tangents);
    }

    private static @Nullable Object[] lanes(@Nullable Object[][] directions, int parameter) {
        return Arrays.stream(directions).map(shadows -> shadows[parameter]).toArray();
    }

    private static List<@Nullable Object> unpacked(@Nullable Object result, int count) {
        Stream<@Nullable Object> all = switch (result) {
            case double[] numbers
            when count > 1 -> Arrays.stream(numbers).boxed().map(number -> number);
            case Object[] objects when count > 1 -> Arrays.stream(objects);
            case null, default -> Stream.of(result);
        };
        return new ArrayList<>(all.limit(count).toList());
    }

    /** Floats come widened where all results are numbers. */
    static @Nullable Object exact(@Nullable Object value, Class<?> type) {
        return type == float.class && value instanceof Number number ? (Object) number.floatValue() : value;
    }

    public static boolean isNumber(Class<?> type) {
        return type == double.class || type == float.class;
    }

    public static boolean carries(Class<?> type) {
        return isNumber(type) || type.isArray() && carries(type.getComponentType());
    }

    public static boolean usesFloats(Method method) {
        return Stream.concat(Stream.of(method.getReturnType()), Arrays.stream(method.getParameterTypes()))
                .anyMatch(type -> type == float.class || type.getName().endsWith("[F"));
    }
}
