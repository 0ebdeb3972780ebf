package dev.jacobi.conformance.random;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Verifier;
import dev.jacobi.jvm.HiddenClasses;
import dev.jacobi.jvm.RecompileClass;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import dev.jacobi.optimize.Pipeline;
import java.lang.classfile.ClassModel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program in four forms: the original, its IR interpreted, its optimised IR interpreted, and emitted: into a hidden class if the
 * seed is even, by recompiling the whole class if it is odd.
 */
final class ProgramCheck implements Check {
    private static final int ARGUMENT_SETS = 3;
    private static final long STEPS = 3_000_000;

    private final Map<String, Long> outcomes = new ConcurrentHashMap<>();

    private void count(String result) {
        outcomes.merge(
                result.startsWith("throws ") ? result.lines().findFirst().orElse(result) : "returns", 1L, Long::sum);
    }

    @Override
    public String statistics() {
        return "calls of the original by what they do: " + new TreeMap<>(outcomes);
    }

    @Override
    public Program generate(long seed) {
        return ProgramGenerator.generate(seed);
    }

    @Override
    public Optional<Mismatch> check(Program program, Class<?> type) {
        Map<String, Outcome.Callable> forms = new LinkedHashMap<>();
        String preparing = "original";
        try {
            forms.put(preparing, fresh(type, original(type)));
            Lookup lookup = (Lookup) type.getMethod("lookup").invoke(null);
            ClassModel model = ClassFiles.modelOf(type);
            preparing = "compiled";
            // one way of emission each, for the sake of time
            Compiled compiled =
                    program.seed() % 2 == 0 ? hidden(program, type, model, lookup) : recompiled(program, type, model);
            preparing = "lifted";
            Verifier.verify(compiled.lifted());
            forms.put(preparing, fresh(type, interpreted(compiled.lifted(), lookup, program)));
            preparing = "optimised";
            Verifier.verify(compiled.optimised());
            forms.put(preparing, fresh(type, interpreted(compiled.optimised(), lookup, program)));
            forms.put(program.seed() % 2 == 0 ? "emitted" : "recompiled", compiled.emitted());
        } catch (Throwable e) {
            return Optional.of(new Mismatch(preparing, "cannot be made: " + Mismatch.trace(e), ""));
        }
        return compare(program, forms);
    }

    private Optional<Mismatch> compare(Program program, Map<String, Outcome.Callable> forms) {
        SplittableRandom random = new SplittableRandom(program.seed() + 1);
        for (int i = 0; i < ARGUMENT_SETS; i++) {
            @Nullable Object[] arguments = Arguments.of(program.run().parameters(), random);
            Outcome expected = null;
            for (Map.Entry<String, Outcome.Callable> form : forms.entrySet()) {
                Outcome outcome = Outcome.of(form.getValue(), arguments);
                if (expected == null) {
                    expected = outcome;
                    count(outcome.result());
                } else if (!outcome.equals(expected)) {
                    String difference = "original: " + expected + "\n" + form.getKey() + ": " + outcome;
                    return Optional.of(new Mismatch(form.getKey(), difference, Outcome.describe(arguments)));
                }
            }
        }
        return Optional.empty();
    }

    /** Each form starts with the same static field. */
    private static Outcome.Callable fresh(Class<?> type, Outcome.Callable form) {
        return arguments -> {
            Program.resetShared(type);
            return form.call(arguments);
        };
    }

    private static Outcome.Callable original(Class<?> type) throws ReflectiveOperationException {
        MethodHandle handle = MethodHandles.publicLookup().unreflect(runOf(type));
        return spread(handle);
    }

    private static Method runOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals("run"))
                .findFirst()
                .orElseThrow();
    }

    private static Function lift(ClassModel model, Class<?> type) {
        return Lifter.lift(
                model,
                model.methods().stream()
                        .filter(method -> method.methodName().equalsString("run"))
                        .findFirst()
                        .orElseThrow(),
                ClassFiles.of(type.getClassLoader()).hierarchy());
    }

    private static Outcome.Callable interpreted(Function function, Lookup lookup, Program program) {
        String returnType = program.run().returnType();
        Interpreter interpreter = new Interpreter(lookup).limitSteps(STEPS).keepingFunctions();
        return arguments -> narrow(interpreter.call(function, Arrays.asList(arguments)), returnType);
    }

    /** The value of the method's type for an int of the IR. */
    private static @Nullable Object narrow(@Nullable Object value, String type) {
        if (!(value instanceof Integer number)) {
            return value;
        }
        return switch (type) {
            case "boolean" -> number == 0 || number == 1 ? (Object) (number == 1) : number;
            case "byte" -> number.byteValue() == number ? (Object) number.byteValue() : number;
            case "short" -> number.shortValue() == number ? (Object) number.shortValue() : number;
            case "char" -> (char) number.intValue() == number ? (Object) (char) number.intValue() : number;
            default -> number;
        };
    }

    /** The method at three stages of its way. */
    private record Compiled(Function lifted, Function optimised, Outcome.Callable emitted) {}

    private static Compiled hidden(Program program, Class<?> type, ClassModel model, Lookup lookup) {
        Function lifted = lift(model, type);
        Function optimised = lifted.copy();
        Pipeline.recompile(type).run(optimised);
        MethodHandle emitted = HiddenClasses.compile(optimised, lookup).handle();
        return new Compiled(lifted, optimised, fresh(type, spread(typed(emitted, program))));
    }

    private static Compiled recompiled(Program program, Class<?> type, ClassModel model)
            throws ReflectiveOperationException {
        Function[] stages = new Function[2];
        RecompileClass.Result result = RecompileClass.recompile(
                model, ClassFiles.of(type.getClassLoader()).hierarchy(), function -> {
                    boolean isRun = function.name().endsWith(".run");
                    if (isRun) {
                        stages[0] = function.copy();
                    }
                    Pipeline.recompile(type).run(function);
                    if (isRun) {
                        stages[1] = function.copy();
                    }
                    return function;
                });
        for (RecompileClass.Outcome outcome : result.methods()) {
            if (outcome.refusal().isPresent()) {
                throw outcome.refusal().get();
            }
        }
        ClassLoader loader = ((MemoryCompiler.Loader) type.getClassLoader()).with(program.className(), result.bytes());
        Class<?> recompiled = loader.loadClass(program.className());
        MethodHandle emitted = MethodHandles.publicLookup().unreflect(runOf(recompiled));
        return new Compiled(
                Objects.requireNonNull(stages[0]),
                Objects.requireNonNull(stages[1]),
                fresh(recompiled, spread(emitted)));
    }

    /** With the narrow types of the method, which are int in the IR. */
    private static MethodHandle typed(MethodHandle handle, Program program) {
        Class<?>[] parameters = program.run().parameters().stream()
                .map(parameter -> Arguments.classOf(parameter.type()))
                .toArray(Class<?>[]::new);
        Class<?> result = Arguments.classOf(program.run().returnType());
        return MethodHandles.explicitCastArguments(handle, MethodType.methodType(result, parameters));
    }

    static Outcome.Callable spread(MethodHandle handle) {
        MethodHandle spread = handle.asSpreader(Object[].class, handle.type().parameterCount())
                .asType(MethodType.methodType(Object.class, Object[].class));
        return arguments -> (Object) spread.invokeExact(arguments);
    }
}
