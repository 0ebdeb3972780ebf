package dev.jacobi.conformance.random;

import dev.jacobi.Activity;
import dev.jacobi.Axis;
import dev.jacobi.Backend;
import dev.jacobi.BatchException;
import dev.jacobi.Batched;
import dev.jacobi.Derivative;
import dev.jacobi.Jacobi;
import dev.jacobi.JacobiException;
import dev.jacobi.Layout;
import dev.jacobi.Options;
import dev.jacobi.Primal;
import dev.jacobi.Refusal;
import dev.jacobi.backend.NativeCompilers;
import dev.jacobi.conformance.gradient.Transformed;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares a batch with calls, one for each example, bit for bit: results, the example that throws and what it throws, and what the arguments hold afterwards. Of four programs one is
 * of any kind, one of numbers, one differentiable, and one such that examples go in step; of both of these the batch of the reverse derivative is compared too. Those of numbers and those in step are
 * native code too, if there is any. Examples go in step wherever that is possible.
 */
final class BatchCheck implements Check {
    private static final int[] SIZES = {0, 1, 3, 17, 130, 130, 130, 150};
    private static final int[] SIZES_IN_STEP = {1, 128, 129, 260, 300, 1000};
    private static final int[] SIZES_OF_WAYS = {128, 128, 131, 256};
    private static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final int LARGE = 1000;
    private static final Options STRICT = Options.DEFAULT.withStrictMath(true);

    private final boolean onlyWays;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final LongAdder batches = new LongAdder();

    /** How many batches were compared. */
    long batches() {
        return batches.sum();
    }

    @Override
    public String statistics() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((what, count) -> all.put(what, count.sum()));
        return "batches compared: " + batches.sum() + ", of them or besides: " + all;
    }

    private void count(String what) {
        counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    BatchCheck() {
        this(false);
    }

    /** @param onlyWays whether all programs are such that examples go in step, in as many ways as possible; one of four is native code too */
    BatchCheck(boolean onlyWays) {
        this.onlyWays = onlyWays;
        System.setProperty("jacobi.batch.step", "always");
    }

    private boolean isInStep(Program program) {
        return kind(program.seed()) == 3;
    }

    private boolean isSmooth(Program program) {
        return kind(program.seed()) == 2;
    }

    private int kind(long seed) {
        return onlyWays ? 3 : (int) Math.floorMod(seed, 4L);
    }

    private boolean isNative(Program program) {
        boolean isChosen = onlyWays ? program.seed() % 4 == 0 : kind(program.seed()) == 1 || isInStep(program);
        return isChosen && NativeCompilers.find().isPresent();
    }

    @Override
    public Program generate(long seed) {
        return switch (kind(seed)) {
            case 0 -> ProgramGenerator.generate(seed);
            case 1 -> ProgramGenerator.ofNumbers(seed);
            case 2 -> SmoothGenerator.ofNumbers(seed);
            default -> onlyWays ? StepGenerator.ofWays(seed) : StepGenerator.generate(seed);
        };
    }

    /** Makes a batch with these axes. */
    private interface Maker {
        Batched make(List<Axis> axes);
    }

    /** The batch with the axes that it has, which may be others than those that were wanted. */
    private record Made(MethodHandle handle, List<Axis> axes) {}

    @Override
    public Optional<Mismatch> check(Program program, Class<?> type) {
        Method run = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals("run"))
                .findFirst()
                .orElseThrow();
        Primal primal = Jacobi.of(type, "run", run.getParameterTypes());
        SplittableRandom random = new SplittableRandom(program.seed() + 2);
        if (run.getParameterCount() == 0) {
            return Optional.empty();
        }
        try {
            MethodHandle single = MethodHandles.publicLookup().unreflect(run);
            List<Axis> axes = axes(run.getParameterCount(), random);
            Optional<Mismatch> mismatch =
                    compare(program, run, single, axes, chosen -> primal.batch(chosen.toArray(Axis[]::new)), random);
            boolean compiled = isNative(program);
            boolean differentiable =
                    isSmooth(program) || isInStep(program) && Transformed.isNumber(run.getReturnType());
            if (mismatch.isEmpty() && differentiable) {
                mismatch = derivative(program, run, primal, axes, compiled, random);
            }
            if (mismatch.isEmpty() && compiled) {
                mismatch = natively(
                        program,
                        run,
                        run.getParameterTypes(),
                        run.getReturnType(),
                        axes,
                        options -> chosen -> primal.with(options).batch(chosen.toArray(Axis[]::new)),
                        random);
            }
            return mismatch;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Axis> axes(int count, SplittableRandom random) {
        List<Axis> axes = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            axes.add(random.nextInt(4) == 0 ? Axis.SHARED : Axis.EACH);
        }
        axes.set(random.nextInt(count), Axis.EACH);
        return axes;
    }

    private Optional<Mismatch> derivative(
            Program program, Method run, Primal primal, List<Axis> axes, boolean compiled, SplittableRandom random)
            throws ReflectiveOperationException {
        Activity[] activities = NativeCheck.activities(run, Activity.ACTIVE, Activity.DUPLICATED);
        Derivative derivative;
        MethodHandle single;
        try {
            derivative = primal.reverse(activities);
            single = derivative.asMethodHandle();
        } catch (JacobiException e) {
            count("derivative refused");
            return Optional.empty();
        }
        List<Axis> all = withShadows(axes, activities, run, random.nextBoolean());
        Optional<Mismatch> mismatch =
                compare(program, run, single, all, chosen -> derivative.batch(chosen.toArray(Axis[]::new)), random);
        if (mismatch.isEmpty() && compiled) {
            MethodType type = single.type();
            mismatch = natively(
                    program,
                    run,
                    type.parameterArray(),
                    type.returnType(),
                    all,
                    options ->
                            chosen -> primal.with(options).reverse(activities).batch(chosen.toArray(Axis[]::new)),
                    random);
        }
        return mismatch;
    }

    private static List<Axis> withShadows(List<Axis> axes, Activity[] activities, Method run, boolean summed) {
        List<Axis> all = new ArrayList<>();
        for (int index = 0; index < activities.length; index++) {
            all.add(axes.get(index));
            if (activities[index] == Activity.DUPLICATED) {
                all.add(axes.get(index) == Axis.SHARED && summed ? Axis.SUMMED : Axis.EACH);
            }
        }
        if (run.getReturnType() != void.class) {
            all.add(Axis.EACH);
        }
        return all;
    }

    /** Batches on both backends. */
    private Optional<Mismatch> natively(
            Program program,
            Method run,
            Class<?>[] types,
            Class<?> result,
            List<Axis> axes,
            Function<Options, Maker> maker,
            SplittableRandom random)
            throws ReflectiveOperationException {
        Layout layout = layout(types, result, axes, random);
        Maker ofLlvm = maker.apply(STRICT.withBackend(Backend.LLVM));
        Made jvm;
        Made compiled;
        try {
            jvm = made(maker.apply(STRICT), axes, layout);
            compiled = made(ofLlvm, axes, layout);
        } catch (JacobiException e) {
            if (e.refusal() == Refusal.INTERNAL) {
                return Optional.of(new Mismatch("native batch", "cannot be made: " + Mismatch.trace(e), ""));
            }
            count(e.refusal().name());
            return Optional.empty();
        }
        batches.increment();
        count("native");
        countSteps("native ", ofLlvm.make(compiled.axes()).layout(layout));
        int size = size(program, random);
        @Nullable Object[] given = inputs(program, run, random).given(types, jvm.axes(), layout, size, null);
        Program.resetShared(run.getDeclaringClass());
        Outcome expected = Outcome.withMessage(ProgramCheck.spread(jvm.handle()), given);
        Program.resetShared(run.getDeclaringClass());
        Outcome outcome = Outcome.withMessage(ProgramCheck.spread(compiled.handle()), given);
        return outcome.equals(expected)
                ? Optional.empty()
                : Optional.of(new Mismatch(
                        "native batch",
                        "JVM: " + expected + "\nnative: " + outcome,
                        layout + " " + jvm.axes() + " " + Outcome.describe(given)));
    }

    private void countSteps(String backend, Batched batched) {
        String explanation = batched.explain();
        count(backend + explanation.replaceAll(" at .*", ""));
        if (explanation.contains("examples in step")) {
            count(backend + "in step");
        }
    }

    private int size(Program program, SplittableRandom random) {
        if (onlyWays) {
            return SIZES_OF_WAYS[random.nextInt(SIZES_OF_WAYS.length)];
        }
        if (isInStep(program)) {
            return SIZES_IN_STEP[random.nextInt(SIZES_IN_STEP.length)];
        }
        return program.seed() % 32 == 7 ? LARGE : SIZES[random.nextInt(SIZES.length)];
    }

    private static Made made(Maker maker, List<Axis> axes, Layout layout) {
        try {
            return new Made(maker.make(axes).layout(layout).asMethodHandle(), axes);
        } catch (JacobiException e) {
            if (e.refusal() != Refusal.SHARED_WRITTEN && e.refusal() != Refusal.BATCH_LAYOUT) {
                throw e;
            }
            List<Axis> own = Collections.nCopies(axes.size(), Axis.EACH);
            return new Made(maker.make(own).layout(layout).asMethodHandle(), own);
        }
    }

    private static Layout layout(Class<?>[] parameters, Class<?> result, List<Axis> axes, SplittableRandom random) {
        boolean flat = result == void.class || hasLayout(result);
        for (Class<?> parameter : parameters) {
            flat &= hasLayout(parameter);
        }
        Layout choice = LAYOUTS.get(random.nextInt(LAYOUTS.size()));
        return flat && axes.contains(Axis.EACH) ? choice : Layout.SEPARATE;
    }

    private static boolean hasLayout(Class<?> type) {
        return type.isPrimitive() || type.isArray() && type.getComponentType().isPrimitive();
    }

    private Optional<Mismatch> compare(
            Program program, Method run, MethodHandle single, List<Axis> wanted, Maker maker, SplittableRandom random)
            throws ReflectiveOperationException {
        Class<?>[] types = single.type().parameterArray();
        Layout layout = layout(types, single.type().returnType(), wanted, random);
        Made made;
        try {
            made = made(maker, wanted, layout);
        } catch (JacobiException e) {
            if (e.refusal() == Refusal.INTERNAL) {
                return Optional.of(new Mismatch("batch", "cannot be made: " + Mismatch.trace(e), ""));
            }
            count(e.refusal().name());
            return Optional.empty();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return Optional.of(new Mismatch("batch", "cannot be made: " + Mismatch.trace(e), ""));
        }
        batches.increment();
        count(layout.name());
        countSteps("", maker.make(made.axes()).layout(layout));
        int size = size(program, random);
        List<@Nullable Object[]> examples = new ArrayList<>();
        @Nullable Object[] given = inputs(program, run, random).given(types, made.axes(), layout, size, examples);
        if (layout != Layout.SEPARATE && anyMissing(given, types, made.axes())) {
            // The shadow of a shared array that is null: it has no place among those of the examples.
            count("a shadow of each is null");
            return Optional.empty();
        }
        if (layout != Layout.SEPARATE && types.length != run.getParameterCount() && anyTwice(examples, made.axes())) {
            // One shadow of an array that is given twice lies in two places then, and so is refused.
            count("one shadow twice");
            return Optional.empty();
        }
        // Copied together, so that what is one array stays one array.
        @Nullable Object[] copies = Arguments.copy(new Object[] {examples.toArray(), given.clone()});
        Object[] copiedExamples = (Object[]) copies[0];
        Program.resetShared(run.getDeclaringClass());
        String expected = calls(single, layout, made.axes(), copiedExamples, types);
        @Nullable Object[] passed = Arguments.copy(given);
        Program.resetShared(run.getDeclaringClass());
        String outcome = batch(made.handle(), layout, passed, size);
        if (expected.equals(NOT_FLAT) || outcome.equals(expected)) {
            return Optional.empty();
        }
        return Optional.of(new Mismatch(
                "batch",
                "calls: " + expected + "\nbatch: " + outcome,
                layout + " " + made.axes() + " " + Outcome.describe(given)));
    }

    /** Whether the examples' arrays of an argument, which lie in one, are null. */
    private static boolean anyMissing(@Nullable Object[] given, Class<?>[] types, List<Axis> axes) {
        int before = given.length - types.length;
        for (int index = 0; index < types.length; index++) {
            if (axes.get(index) == Axis.EACH && given[before + index] == null) {
                return true;
            }
        }
        return false;
    }

    /** Whether an example has one array as two arguments that are its own. */
    private static boolean anyTwice(List<@Nullable Object[]> examples, List<Axis> axes) {
        for (@Nullable Object[] example : examples) {
            for (int one = 0; one < example.length; one++) {
                for (int other = 0; other < one; other++) {
                    Object array = example[one];
                    if (array == example[other]
                            && array != null
                            && array.getClass().isArray()
                            && axes.get(one) == Axis.EACH
                            && axes.get(other) == Axis.EACH) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private BatchInputs inputs(Program program, Method run, SplittableRandom random) {
        // Rows of one length, mostly, where examples are to go in step.
        boolean isEven = isInStep(program) && program.seed() % 32 != 3;
        return new BatchInputs(program, run, isSmooth(program), isEven, random);
    }

    private static final String NOT_FLAT = "arrays of different lengths, or null, in one array";

    private String calls(MethodHandle single, Layout layout, List<Axis> axes, Object[] examples, Class<?>[] types) {
        List<@Nullable Object> results = new ArrayList<>();
        for (int example = 0; example < examples.length; example++) {
            try {
                results.add(single.invokeWithArguments((Object[]) examples[example]));
            } catch (Throwable thrown) {
                if (thrown instanceof InternalError error) {
                    throw error;
                }
                count("exceptions");
                return text(
                                "example " + example + " throws "
                                        + thrown.getClass().getName(),
                                layout)
                        + (layout == Layout.SEPARATE ? then(layout, axes, examples, types) : "");
            }
        }
        Class<?> type = single.type().returnType();
        if (layout != Layout.SEPARATE && type.isArray()) {
            long lengths = results.stream()
                    .map(result -> result == null ? -1 : Array.getLength(result))
                    .distinct()
                    .count();
            if (lengths > 1 || results.contains(null)) {
                count("results of different lengths");
                return NOT_FLAT;
            }
        }
        return text(type == void.class ? null : BatchInputs.joined(type, layout, results), layout)
                + then(layout, axes, examples, types);
    }

    private static String then(Layout layout, List<Axis> axes, Object[] examples, Class<?>[] types) {
        StringBuilder then = new StringBuilder();
        for (int index = 0; index < types.length && examples.length > 0; index++) {
            int parameter = index;
            List<@Nullable Object> values = Arrays.stream(examples)
                    .<@Nullable Object>map(example -> ((Object[]) example)[parameter])
                    .toList();
            then.append("\n  ")
                    .append(Outcome.describe(
                            axes.get(index) == Axis.EACH
                                    ? BatchInputs.joined(types[index], layout, values)
                                    : values.getFirst()));
        }
        return then.toString();
    }

    private static String text(@Nullable Object result, Layout layout) {
        return layout + ": " + Outcome.describe(result);
    }

    private static String batch(MethodHandle batch, Layout layout, @Nullable Object[] given, int size) {
        String result;
        boolean failed = false;
        try {
            result = text(batch.invokeWithArguments(given), layout);
        } catch (BatchException e) {
            failed = true;
            result = text(
                    "example " + e.example() + " throws "
                            + e.getCause().getClass().getName(),
                    layout);
        } catch (Throwable thrown) {
            return "throws " + Mismatch.trace(thrown);
        }
        StringBuilder then = new StringBuilder(result);
        if (size > 0 && !(failed && layout != Layout.SEPARATE)) {
            for (int index = layout == Layout.SEPARATE ? 0 : 1; index < given.length; index++) {
                then.append("\n  ").append(Outcome.describe(given[index]));
            }
        }
        return then.toString();
    }
}
