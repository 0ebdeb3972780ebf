package dev.jacobi.offload;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Arguments and results of a method between its signature and its code, in which boolean, byte, short and char are ints.
 *
 * @param code the code's type
 * @param result what the signature says that it gives; none if it says the same as the code
 */
record BoxedValues(String display, MethodType code, Optional<Class<?>> result) {
    /** The wrappers of numbers, each before those that it can be widened to; a char widens as a short does, but not to one. */
    private static final List<Class<?>> WIDER =
            List.of(Byte.class, Short.class, Integer.class, Long.class, Float.class, Double.class);

    /**
     * The caller's arguments as the code takes them, but for {@link DeviceArray}s and {@link DeviceSegment}s, of which the call takes what they hold.
     *
     * @throws JacobiException WRONG_SIGNATURE if there are too few, too many, or one does not fit
     */
    @Nullable
    Object[] arguments(@Nullable Object[] given) {
        if (given.length != code.parameterCount()) {
            throw refused("it takes " + code.parameterCount() + " arguments, and " + given.length + " are given");
        }
        @Nullable Object[] arguments = given.clone();
        for (int index = 0; index < given.length; index++) {
            Class<?> type = code.parameterType(index);
            Object argument = given[index];
            if (argument instanceof DeviceArray<?> array && type.isAssignableFrom(array.type())) {
                arguments[index] = array.held();
            } else if (argument instanceof DeviceSegment segment && type == MemorySegment.class) {
                arguments[index] = segment.held();
            } else if (type == int.class && argument instanceof Boolean truth) {
                arguments[index] = truth ? 1 : 0;
            } else if (type.isPrimitive() ? !widens(argument, type) : argument != null && !type.isInstance(argument)) {
                throw refused("argument " + index + " is "
                        + (argument == null
                                ? "null"
                                : "a " + argument.getClass().getTypeName()) + ", not "
                        + type.getTypeName());
            }
        }
        return arguments;
    }

    private static boolean widens(@Nullable Object number, Class<?> type) {
        if (number == null) {
            return false;
        }
        Class<?> from = number instanceof Character ? Short.class : number.getClass();
        int wanted = WIDER.indexOf(MethodType.methodType(type).wrap().returnType());
        return WIDER.contains(from) && WIDER.indexOf(from) <= wanted;
    }

    /** What the code gave, as the signature has it. */
    @Nullable
    Object result(@Nullable Object given) {
        if (!(given instanceof Integer number) || result.isEmpty()) {
            return given;
        }
        return switch (result.get().descriptorString()) {
            case "Z" -> (Object) (number != 0);
            case "B" -> number.byteValue();
            case "S" -> number.shortValue();
            case "C" -> (char) (int) number;
            default -> number;
        };
    }

    private JacobiException refused(String what) {
        return new JacobiException(Refusal.WRONG_SIGNATURE, "cannot call " + display + " on a device: " + what, null);
    }
}
