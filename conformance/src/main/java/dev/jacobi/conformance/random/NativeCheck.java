package dev.jacobi.conformance.random;

import static java.util.Objects.requireNonNull;

import dev.jacobi.Activity;
import dev.jacobi.Backend;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.backend.OwnMethods;
import dev.jacobi.conformance.gradient.Transformed;
import dev.jacobi.ir.Function;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.optimize.Pipeline;
import dev.jacobi.optimize.UseStrictMath;
import java.lang.classfile.ClassModel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Compares native code with the JVM, bit for bit in strict mode: result or exception with its message, and what the arguments hold afterwards. Programs of an even seed are run themselves;
 * of those of an odd seed the derivatives, forward and reverse, are run too. All are of numbers and arrays.
 */
final class NativeCheck implements Check {
    private static final int ARGUMENT_SETS = 4;
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);
    private static final Options NATIVE = STRICT.withBackend(Backend.LLVM);

    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final LongAdder compiled = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private final LongAdder exceptions = new LongAdder();

    /** How often functions were compared. */
    long compiled() {
        return compiled.sum();
    }

    /** How often functions were not native. */
    long refused() {
        return refused.sum();
    }

    @Override
    public String statistics() {
        Map<String, Long> counts = new TreeMap<>();
        refusals.forEach((reason, count) -> counts.put(reason, count.sum()));
        StringBuilder text = new StringBuilder();
        text.append("functions compared: ").append(compiled.sum());
        text.append(", not native: ").append(refused.sum());
        text.append("; calls compared: ").append(calls.sum());
        text.append(", of them with an exception: ").append(exceptions.sum());
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(20)
                .forEach(entry -> text.append("\n  ")
                        .append(entry.getValue())
                        .append("  ")
                        .append(entry.getKey()));
        return text.toString();
    }

    private static boolean isSmooth(long seed) {
        return (seed & 1) != 0;
    }

    @Override
    public Program generate(long seed) {
        return isSmooth(seed) ? SmoothGenerator.ofNumbers(seed) : ProgramGenerator.ofNumbers(seed);
    }

    /** A function on both sides. */
    private record Pair(MethodHandle jvm, MethodHandle compiled) {}

    private interface Maker {
        Pair make() throws ReflectiveOperationException;
    }

    /** From arguments of the program to those of the function. */
    private interface Shadowing {
        @Nullable
        Object[] arguments(@Nullable Object[] ofProgram, SplittableRandom random);
    }

    @Override
    public Optional<Mismatch> check(Program program, Class<?> type) {
        Method run = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals("run"))
                .findFirst()
                .orElseThrow();
        Optional<Mismatch> mismatch =
                compare(program, "native code", () -> primal(type, run), (arguments, _) -> arguments);
        if (isSmooth(program.seed())) {
            mismatch = mismatch.or(() -> compare(
                    program,
                    "native reverse mode",
                    () -> reverse(run),
                    (arguments, random) -> withShadows(run, false, arguments, random)));
            mismatch = mismatch.or(() -> compare(
                    program,
                    "native forward mode",
                    () -> forward(run),
                    (arguments, random) -> withShadows(run, true, arguments, random)));
        }
        return mismatch;
    }

    private Optional<Mismatch> compare(Program program, String form, Maker maker, Shadowing shadowing) {
        Pair pair;
        try {
            pair = maker.make();
        } catch (JacobiException e) {
            if (e.refusal() == Refusal.INTERNAL || e.refusal() == Refusal.NO_LLVM) {
                return Optional.of(new Mismatch(form, "cannot be made: " + Mismatch.trace(e), ""));
            }
            if (e.refusal() == Refusal.NOT_NATIVE) {
                refused.increment();
                count(form, e.getMessage());
            }
            return Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError | StackOverflowError e) {
            return Optional.of(new Mismatch(form, "cannot be made: " + Mismatch.trace(e), ""));
        }
        compiled.increment();
        SplittableRandom random = new SplittableRandom(program.seed() + 1);
        for (int i = 0; i < ARGUMENT_SETS; i++) {
            @Nullable
            Object[] ofProgram = isSmooth(program.seed())
                    ? SmoothCheck.arguments(program.run().parameters(), random)
                    : Arguments.of(program.run().parameters(), random);
            @Nullable Object[] arguments = shadowing.arguments(ofProgram, random);
            Outcome expected = Outcome.withMessage(ProgramCheck.spread(pair.jvm()), arguments);
            Outcome outcome = Outcome.withMessage(ProgramCheck.spread(pair.compiled()), arguments);
            calls.increment();
            if (expected.result().startsWith("throws ")) {
                exceptions.increment();
            }
            if (!outcome.equals(expected)) {
                String difference = "JVM: " + expected + "\nnative: " + outcome;
                return Optional.of(new Mismatch(form, difference, Outcome.describe(arguments)));
            }
        }
        return Optional.empty();
    }

    /** What is not native, without the names that differ from program to program. */
    private void count(String form, String message) {
        String reason = message.lines().findFirst().orElse("").replaceAll(".* natively: ", "");
        refusals.computeIfAbsent(form + ": " + reason.replaceAll("[PS][0-9a-f]+\\b|[0-9]+", "_"), _ -> new LongAdder())
                .increment();
    }

    private static Pair primal(Class<?> type, Method run) throws ReflectiveOperationException {
        Lookup lookup = (Lookup) requireNonNull(type.getMethod("lookup").invoke(null));
        ClassModel model = ClassFiles.modelOf(type);
        Function function = Lifter.lift(
                model,
                model.methods().stream()
                        .filter(method -> method.methodName().equalsString("run"))
                        .findFirst()
                        .orElseThrow(),
                ClassFiles.of(type.getClassLoader()).hierarchy());
        Pipeline.forDifferentiation(type, _ -> false).run(function);
        OwnMethods.run(function, type);
        UseStrictMath.run(function);
        MethodHandle jvm = HiddenClasses.compile(function.copy(), lookup).handle();
        MethodHandle compiled = NativeCompilers.require().compile(function, jvm).handle();
        return new Pair(typed(jvm, run), typed(compiled, run));
    }

    /** With the narrow types of the method, which are int in the IR. */
    private static MethodHandle typed(MethodHandle handle, Method method) {
        return MethodHandles.explicitCastArguments(
                handle, MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
    }

    static Activity[] activities(Method method, Activity ofNumbers, Activity ofArrays) {
        return Arrays.stream(method.getParameterTypes())
                .map(type ->
                        Transformed.isNumber(type) ? ofNumbers : Transformed.carries(type) ? ofArrays : Activity.CONST)
                .toArray(Activity[]::new);
    }

    private static Pair reverse(Method method) {
        Activity[] activities = activities(method, Activity.ACTIVE, Activity.DUPLICATED);
        return new Pair(
                primal(method, STRICT).reverse(activities).asMethodHandle(),
                primal(method, NATIVE).reverse(activities).asMethodHandle());
    }

    private static Pair forward(Method method) {
        Activity[] activities = activities(method, Activity.DUAL, Activity.DUAL);
        return new Pair(
                primal(method, STRICT).forward(activities).asMethodHandle(),
                primal(method, NATIVE).forward(activities).asMethodHandle());
    }

    private static Primal primal(Method method, Options options) {
        return Jacobi.of(method.getDeclaringClass(), method.getName(), method.getParameterTypes())
                .with(options);
    }

    /** Each array has one shadow, rows too; numbers have one in forward mode, and the result in reverse mode. */
    static @Nullable Object[] withShadows(
            Method method, boolean forward, @Nullable Object[] arguments, SplittableRandom random) {
        List<@Nullable Object> all = new ArrayList<>();
        IdentityHashMap<Object, Object> shadows = new IdentityHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            all.add(arguments[i]);
            if (Transformed.isNumber(type) ? forward : Transformed.carries(type)) {
                all.add(shadow(arguments[i], type, shadows, random));
            }
        }
        if (!forward) {
            all.add(shadow(null, method.getReturnType(), shadows, random));
        }
        return all.toArray();
    }

    private static @Nullable Object shadow(
            @Nullable Object value, Class<?> type, IdentityHashMap<Object, Object> shadows, SplittableRandom random) {
        if (type == double.class) {
            return random.nextDouble(-1, 1);
        } else if (type == float.class) {
            return (float) random.nextDouble(-1, 1);
        } else if (value == null) {
            return null;
        }
        Object known = shadows.get(value);
        if (known != null) {
            return known;
        }
        int length = Array.getLength(value);
        Object shadow = Array.newInstance(type.getComponentType(), length);
        shadows.put(value, shadow);
        for (int i = 0; i < length; i++) {
            Array.set(shadow, i, shadow(Array.get(value, i), type.getComponentType(), shadows, random));
        }
        return shadow;
    }
}
