package dev.jacobi.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments of a method, read from a JSON array and written back: numbers, booleans, strings and nested arrays of these. */
public final class JsonArguments {
    private JsonArguments() {}

    /** Says what does not fit: the argument, what was expected, what was found. */
    public static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1;

        MismatchException(String message) {
            super(message);
        }
    }

    /** Reads one argument for each parameter. */
    public static List<Object> read(JsonNode json, List<Class<?>> types) throws MismatchException {
        if (!json.isArray()) {
            throw new MismatchException("the arguments are one JSON array, for example [[1.0, 2.0], 3]");
        }
        if (json.size() != types.size()) {
            throw new MismatchException(
                    "the method takes " + types.size() + " arguments, " + json.size() + " are given");
        }
        List<Object> arguments = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            arguments.add(readOne(json.get(i), types.get(i), "argument " + i));
        }
        return arguments;
    }

    private static Object readOne(JsonNode json, Class<?> type, String where) throws MismatchException {
        if (type.isArray()) {
            if (!json.isArray()) {
                throw mismatch(json, type, where);
            }
            Object array = Array.newInstance(type.componentType(), json.size());
            for (int i = 0; i < json.size(); i++) {
                Array.set(array, i, readOne(json.get(i), type.componentType(), where + "[" + i + "]"));
            }
            return array;
        }
        if (type == double.class || type == float.class) {
            double number = readDouble(json, type, where);
            if (type == float.class && Double.isFinite(number) && Float.isInfinite((float) number)) {
                throw mismatch(json, type, where);
            }
            return type == double.class ? (Object) number : (Object) (float) number;
        }
        if (type == boolean.class && json.isBoolean()) {
            return json.booleanValue();
        }
        if (type == String.class && json.isTextual()) {
            return json.textValue();
        }
        if (type == char.class && json.isTextual() && json.textValue().length() == 1) {
            return json.textValue().charAt(0);
        }
        if (type.isPrimitive() && json.isIntegralNumber() && json.canConvertToLong()) {
            return readInteger(json, type, where);
        }
        if (!type.isPrimitive() && type != String.class) {
            throw new MismatchException("there is no JSON for " + where + ", which is a " + type.getTypeName()
                    + "; check takes numbers, booleans, characters, strings and arrays of these");
        }
        throw mismatch(json, type, where);
    }

    private static double readDouble(JsonNode json, Class<?> type, String where) throws MismatchException {
        if (json.isNumber()) {
            if (Double.isInfinite(json.doubleValue())) {
                throw new MismatchException(where + " is larger than a double can be; infinity is \"Infinity\"");
            }
            return json.doubleValue();
        }
        if (json.isTextual()) {
            return switch (json.textValue()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw mismatch(json, type, where);
            };
        }
        throw mismatch(json, type, where);
    }

    private static Object readInteger(JsonNode json, Class<?> type, String where) throws MismatchException {
        long number = json.longValue();
        if (type == long.class) {
            return number;
        }
        if (type == int.class && number == (int) number) {
            return (int) number;
        }
        if (type == short.class && number == (short) number) {
            return (short) number;
        }
        if (type == byte.class && number == (byte) number) {
            return (byte) number;
        }
        throw mismatch(json, type, where);
    }

    private static MismatchException mismatch(JsonNode json, Class<?> type, String where) {
        String found = json.toString();
        String shown = found.length() > 40 ? found.substring(0, 40) + "..." : found;
        return new MismatchException(where + " is a " + type.getTypeName() + ", which " + shown + " is not");
    }

    /** Writes a number or nested array; what is not finite is written as a string, which JSON has no number for. */
    public static JsonNode write(@Nullable Object value) {
        if (value == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (value.getClass().isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < Array.getLength(value); i++) {
                array.add(write(Array.get(value, i)));
            }
            return array;
        }
        return switch (value) {
            case Double number when Double.isFinite(number) -> JsonNodeFactory.instance.numberNode(number);
            case Float number when Float.isFinite(number) -> JsonNodeFactory.instance.numberNode(number);
            case Integer number -> JsonNodeFactory.instance.numberNode(number);
            case Long number -> JsonNodeFactory.instance.numberNode(number);
            case Short number -> JsonNodeFactory.instance.numberNode(number);
            case Byte number -> JsonNodeFactory.instance.numberNode(number);
            case Boolean truth -> JsonNodeFactory.instance.booleanNode(truth);
            default -> JsonNodeFactory.instance.textNode(value.toString());
        };
    }
}
