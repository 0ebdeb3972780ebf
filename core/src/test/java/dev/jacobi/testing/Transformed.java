package dev.jacobi.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacobi.interpret.Interpreter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Printer;
import dev.jacobi.ir.Verifier;
import dev.jacobi.lift.ClassFiles;
import dev.jacobi.lift.Lifter;
import java.lang.classfile.ClassModel;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A static method of a test class, lifted and transformed, to be compared with what the JVM makes of the method itself. */
public final class Transformed {
    private final Method method;
    private final Function function;
    private final MethodHandles.Lookup lookup;

    private Transformed(Method method, Function function, MethodHandles.Lookup lookup) {
        this.method = method;
        this.function = function;
        this.lookup = lookup;
    }

    /**
     * Lifts and transforms the one method of this name in the class of {@code lookup}.
     *
     * @param transformation is given the function and a check to run on it after each step
     */
    public static Transformed of(
            MethodHandles.Lookup lookup,
            String name,
            BiConsumer<Function, BiConsumer<String, Function>> transformation) {
        Class<?> owner = lookup.lookupClass();
        Method method = Arrays.stream(owner.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        ClassModel model = ClassFiles.modelOf(owner);
        Function function = Lifter.lift(
                model,
                model.methods().stream()
                        .filter(each -> each.methodName().equalsString(name))
                        .findFirst()
                        .orElseThrow(),
                ClassFiles.of(owner.getClassLoader()).hierarchy());
        transformation.accept(function, Transformed::verify);
        verify("everything", function);
        return new Transformed(method, function, lookup);
    }

    private static void verify(String stage, Function function) {
        try {
            Verifier.verify(function);
        } catch (RuntimeException invalid) {
            throw new AssertionError("after " + stage + ":\n" + Printer.print(function), invalid);
        }
    }

    public Function function() {
        return function;
    }

    /** The instructions with this operation. */
    public List<Instruction> all(OpCode opCode) {
        return function.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .filter(instruction -> instruction.opCode() == opCode)
                .toList();
    }

    public Transformed hasNoCalls() {
        assertTrue(
                function.blocks().stream()
                        .flatMap(block -> block.instructions().stream())
                        .noneMatch(instruction -> instruction.opCode().isCall()),
                () -> Printer.print(function));
        return this;
    }

    private record Outcome(
            @Nullable Object result,
            @Nullable Class<?> exception,
            @Nullable String message,
            List<Object> arguments) {}

    /** Interprets the function and calls the method on equal arguments; results, exceptions and arrays must agree in every bit. */
    public Transformed agreesOn(Object... arguments) {
        Outcome expected = outcome(
                copies -> {
                    method.setAccessible(true);
                    try {
                        return method.invoke(null, copies);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                },
                arguments);
        Outcome actual = outcome(copies -> new Interpreter(lookup).call(function, Arrays.asList(copies)), arguments);
        assertEquals(expected, actual, () -> Printer.print(function));
        return this;
    }

    private interface Code {
        @Nullable
        Object call(Object[] arguments) throws Throwable;
    }

    private static Outcome outcome(Code code, Object[] arguments) {
        Object[] copies = Arrays.stream(arguments).map(Transformed::copy).toArray();
        @Nullable Object result = null;
        @Nullable Throwable exception = null;
        try {
            result = comparable(code.call(copies));
        } catch (Throwable thrown) {
            exception = thrown;
        }
        return new Outcome(
                result,
                exception == null ? null : exception.getClass(),
                exception instanceof NullPointerException || exception == null ? null : exception.getMessage(),
                Arrays.stream(copies).map(Transformed::comparable).toList());
    }

    private static Object copy(Object argument) {
        if (!argument.getClass().isArray()) {
            return argument;
        }
        int length = Array.getLength(argument);
        Object copy = Array.newInstance(argument.getClass().componentType(), length);
        System.arraycopy(argument, 0, copy, 0, length);
        return copy;
    }

    /**
     * A form that compares by bits, and booleans like the ints they are on the stack. All NaN are one: which of them an operation gives is
     * up to the processor and the compiler.
     */
    private static Object comparable(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean bit -> bit ? 1 : 0;
            case Double number -> "double " + Long.toHexString(Double.doubleToLongBits(number));
            case Float number -> "float " + Integer.toHexString(Float.floatToIntBits(number));
            case double[] numbers ->
                Arrays.stream(numbers).mapToObj(Transformed::comparable).toList();
            case int[] numbers -> Arrays.stream(numbers).boxed().toList();
            case long[] numbers -> Arrays.stream(numbers).boxed().toList();
            case Object[] objects ->
                Arrays.stream(objects).map(Transformed::comparable).toList();
            default -> value;
        };
    }
}
