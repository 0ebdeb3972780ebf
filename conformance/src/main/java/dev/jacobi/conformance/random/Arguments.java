package dev.jacobi.conformance.random;

import dev.jacobi.conformance.random.Program.Variable;
import java.lang.reflect.Array;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Arguments made from a seed, with a liking for the values where arithmetic is special. */
public final class Arguments {
    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        1e-320,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e10,
        4503599627370498.0,
        Math.PI
    };
    private static final String[] TEXTS = {"", "a", "Aa", "BB", "jacobi", "\u00e9\ud83d\ude00", "-12", "3.25"};

    private Arguments() {}

    /** Some arrays are given twice. */
    static @Nullable Object[] of(List<Variable> parameters, SplittableRandom random) {
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            String type = parameters.get(i).type();
            arguments[i] = of(type, random);
            for (int j = 0; j < i; j++) {
                if (type.endsWith("[]") && type.equals(parameters.get(j).type()) && random.nextInt(4) == 0) {
                    arguments[i] = arguments[j];
                }
            }
        }
        return arguments;
    }

    /** A value of the type, which is named as in source code. */
    public static @Nullable Object of(String type, SplittableRandom random) {
        if (type.endsWith("[]")) {
            return array(type, random);
        }
        return switch (type) {
            case "int" -> (int) integer(random);
            case "long" -> integer(random);
            case "double" -> number(random);
            case "float" -> (float) number(random);
            case "byte" -> (byte) integer(random);
            case "short" -> (short) integer(random);
            case "char" -> (char) integer(random);
            case "boolean" -> random.nextBoolean();
            case "String" -> TEXTS[random.nextInt(TEXTS.length)];
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static long integer(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt();
            case 2 ->
                new long[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}
                        [random.nextInt(7)];
            default -> random.nextInt(-10, 30);
        };
    }

    private static double number(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> random.nextInt(-10, 30);
            default -> random.nextDouble(-4, 4);
        };
    }

    private static @Nullable Object array(String type, SplittableRandom random) {
        if (random.nextInt(60) == 0) {
            return null;
        }
        String component = type.substring(0, type.length() - 2);
        int length = random.nextInt(20) == 0 ? 0 : random.nextInt(1, 9);
        Object array = Array.newInstance(classOf(component), length);
        for (int i = 0; i < length; i++) {
            Array.set(array, i, of(component, random));
        }
        return array;
    }

    /** As {@link #of}, but no number that says how much to allocate or how long to loop is large. */
    public static @Nullable Object small(String type, SplittableRandom random) {
        return switch (type) {
            case "int" -> random.nextInt(4) == 0 ? random.nextInt(-1000, 1000) : random.nextInt(-10, 30);
            case "long" -> random.nextInt(4) == 0 ? random.nextLong(-100_000, 100_000) : random.nextLong(-10, 30);
            default -> of(type, random);
        };
    }

    /** The class of a type that is named as in source code. */
    static Class<?> classOf(String type) {
        if (type.endsWith("[]")) {
            return classOf(type.substring(0, type.length() - 2)).arrayType();
        }
        return switch (type) {
            case "int" -> int.class;
            case "long" -> long.class;
            case "double" -> double.class;
            case "float" -> float.class;
            case "byte" -> byte.class;
            case "short" -> short.class;
            case "char" -> char.class;
            case "boolean" -> boolean.class;
            case "String" -> String.class;
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** The arguments with arrays of their own, also rows; what was one array stays one array. */
    public static @Nullable Object[] copy(@Nullable Object[] arguments) {
        return (@Nullable Object[]) copied(arguments, new IdentityHashMap<>());
    }

    private static Object copied(Object array, Map<Object, Object> copies) {
        Object known = copies.get(array);
        if (known != null) {
            return known;
        }
        int length = Array.getLength(array);
        Object copy = Array.newInstance(array.getClass().getComponentType(), length);
        copies.put(array, copy);
        if (!(array instanceof Object[] elements)) {
            System.arraycopy(array, 0, copy, 0, length);
            return copy;
        }
        for (int i = 0; i < length; i++) {
            @Nullable Object element = elements[i];
            boolean nested = element != null && element.getClass().isArray();
            Array.set(copy, i, nested ? copied(element, copies) : element);
        }
        return copy;
    }
}
