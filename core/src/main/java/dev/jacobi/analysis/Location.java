package dev.jacobi.analysis;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one instruction reads or writes: an element of an array, a field of an object, a static field.
 *
 * @param region what keeps memory of different kinds apart: the component kind of an array, name and type of a field. Locations of
 *     different regions are never the same. The class of a field is not part of it, since a field can be named through a subclass.
 * @param base the array or object, null for a static field
 * @param index the index, null for a field
 * @param field the field, null for an array element
 */
public record Location(
        String region,
        @Nullable Value base,
        @Nullable Value index,
        @Nullable FieldReference field) {

    /** The location that the instruction reads or writes, or null if it is no load or store. */
    public static @Nullable Location of(Instruction instruction) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE ->
                new Location(
                        regionOfArray(instruction.classAttribute()),
                        instruction.operand(0),
                        instruction.operand(1),
                        null);
            case GET_FIELD, PUT_FIELD -> ofField(instruction.field(), instruction.operand(0));
            case GET_STATIC, PUT_STATIC -> {
                FieldReference field = instruction.field();
                yield new Location("static " + field.name() + ":" + field.type().descriptorString(), null, null, field);
            }
            default -> null;
        };
    }

    /** The field of the object {@code base}. */
    public static Location ofField(FieldReference field, Value base) {
        return new Location("field " + field.name() + ":" + field.type().descriptorString(), base, null, field);
    }

    /** All arrays of references are one region, since an array may be known by a superclass of its components. */
    private static String regionOfArray(ClassDesc component) {
        if (!component.isPrimitive()) {
            return "array of references";
        }
        return switch (component.descriptorString()) {
            case "Z", "B" -> "array B";
            case "C" -> "array C";
            case "S" -> "array S";
            case "I" -> "array I";
            case "J" -> "array J";
            case "F" -> "array F";
            case "D" -> "array D";
            default -> throw new IllegalArgumentException(component + " is no component");
        };
    }

    /** Whether what is stored here is what a load gives: narrow integers lose bits on the way. */
    public boolean keepsAllBits() {
        if (field != null) {
            return !isNarrow(field.type().descriptorString());
        }
        return !isNarrow(region.substring(region.length() - 1));
    }

    private static boolean isNarrow(String descriptor) {
        return descriptor.length() == 1 && "ZBSC".contains(descriptor);
    }
}
