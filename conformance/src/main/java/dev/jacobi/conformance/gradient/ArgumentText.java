package dev.jacobi.conformance.gradient;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arguments as text, separated by semicolons: numbers, {@code true}, {@code false}, {@code null}, arrays in brackets (also nested),
 * {@code @0} for the same object as argument 0, anything else for a {@code String}.
 */
public final class ArgumentText {
    private ArgumentText() {}

    public static @Nullable Object[] read(String text, Class<?>[] types) {
        List<String> parts = split(text, ';');
        if (parts.size() != types.length) {
            throw new IllegalArgumentException(types.length + " arguments are needed, given are: " + text);
        }
        @Nullable Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            String part = parts.get(i);
            arguments[i] =
                    part.startsWith("@") ? arguments[Integer.parseInt(part.substring(1))] : value(part, types[i]);
        }
        return arguments;
    }

    private static @Nullable Object value(String text, Class<?> type) {
        if (text.equals("null")) {
            return null;
        }
        if (type.isArray()) {
            List<String> elements = split(text.substring(1, text.length() - 1), ',');
            Object array = Array.newInstance(type.getComponentType(), elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Array.set(array, i, value(elements.get(i), type.getComponentType()));
            }
            return array;
        }
        return switch (type.getName()) {
            case "double", "java.lang.Double" -> Double.parseDouble(text);
            case "float", "java.lang.Float" -> Float.parseFloat(text);
            case "int", "java.lang.Integer" -> Integer.parseInt(text);
            case "long" -> Long.parseLong(text);
            case "short" -> Short.parseShort(text);
            case "byte" -> Byte.parseByte(text);
            case "char" -> text.charAt(0);
            case "boolean" -> Boolean.parseBoolean(text);
            case "java.lang.String" -> text;
            default -> throw new IllegalArgumentException("no text form for " + type);
        };
    }

    /** Splits at separators outside of brackets; nothing but blanks has no parts. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        if (text.isBlank()) {
            return parts;
        }
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (c == separator && depth == 0) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }
}
