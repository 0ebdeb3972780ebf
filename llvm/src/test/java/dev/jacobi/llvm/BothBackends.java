package dev.jacobi.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.Parser;
import dev.jacobi.jvm.HiddenClasses;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A function on the JVM and in native code. */
record BothBackends(MethodHandle jvm, NativeFunction compiled) {
    static BothBackends of(Function function, NativeOptions options) {
        MethodHandle jvm =
                HiddenClasses.compile(function.copy(), MethodHandles.lookup()).handle();
        return new BothBackends(jvm, NativeBackend.compile(function, MethodHandles.lookup(), options));
    }

    /** The function of a text. */
    static BothBackends of(String text) {
        return of(Parser.parse(text), NativeOptions.DEFAULT);
    }

    /** A static method of the class that the lookup is of. */
    static BothBackends of(MethodHandles.Lookup lookup, String method) throws ReflectiveOperationException {
        NativeFunction compiled = NativeBackend.compile(lookup, method, NativeOptions.DEFAULT);
        MethodHandle original = lookup.findStatic(
                lookup.lookupClass(), method, compiled.handle().type());
        return new BothBackends(original, compiled);
    }

    /** Calls both with copies of the arguments; result or exception, and what the arguments hold then, must be the same bits. */
    String check(@Nullable Object... arguments) {
        String expected = outcome(jvm, arguments);
        assertEquals(expected, outcome(compiled.handle(), arguments), () -> Arrays.deepToString(arguments));
        return expected;
    }

    static String outcome(MethodHandle handle, @Nullable Object... arguments) {
        @Nullable Object[] copies = copy(arguments);
        String result;
        try {
            Object value = handle.invokeWithArguments(copies);
            List<@Nullable Object> given = Arrays.asList(copies);
            boolean isArgument = value != null && value.getClass().isArray() && given.contains(value);
            result = isArgument ? "argument " + given.indexOf(value) : describe(value);
        } catch (Throwable thrown) {
            result = thrown.toString();
        }
        return result + " " + describe(copies);
    }

    /** The same array stays the same array. */
    private static @Nullable Object[] copy(@Nullable Object[] arguments) {
        IdentityHashMap<Object, Object> known = new IdentityHashMap<>();
        @Nullable Object[] copies = arguments.clone();
        for (int i = 0; i < copies.length; i++) {
            Object argument = copies[i];
            if (argument != null && argument.getClass().isArray()) {
                copies[i] = known.computeIfAbsent(argument, BothBackends::copyOfArray);
            }
        }
        return copies;
    }

    private static Object copyOfArray(Object array) {
        int length = Array.getLength(array);
        Object copy = Array.newInstance(array.getClass().getComponentType(), length);
        System.arraycopy(array, 0, copy, 0, length);
        return copy;
    }

    /** Bits as text; all NaN are the same, since which one arithmetic gives is left to the JVM. */
    static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Double number -> number + "#" + Long.toHexString(Double.doubleToLongBits(number));
            case Float number -> number + "f#" + Integer.toHexString(Float.floatToIntBits(number));
            case Long number -> number + "L";
            case Object array
            when array.getClass().isArray() -> {
                StringJoiner joiner = new StringJoiner(", ", array.getClass().getSimpleName() + "{", "}");
                for (int i = 0; i < Array.getLength(array); i++) {
                    joiner.add(describe(Array.get(array, i)));
                }
                yield joiner.toString();
            }
            default -> value.toString();
        };
    }
}
