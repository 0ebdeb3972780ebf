package dev.jacobi.llvm.text;

import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.util.Optional;

/** The table of primitive array elements: Java's descriptor, LLVM's type, size, how an element becomes an operand, and the number of its alias tag. */
public enum Element {
    BOOLEAN('Z', "i8", 1, "sext", 10),
    BYTE('B', "i8", 1, "sext", 11),
    CHAR('C', "i16", 2, "zext", 12),
    SHORT('S', "i16", 2, "sext", 13),
    INT('I', "i32", 4, "", 14),
    LONG('J', "i64", 8, "", 15),
    FLOAT('F', "float", 4, "", 16),
    DOUBLE('D', "double", 8, "", 17);

    private final char descriptor;
    private final String type;
    private final int bytes;
    private final String widening;
    private final int tag;

    Element(char descriptor, String type, int bytes, String widening, int tag) {
        this.descriptor = descriptor;
        this.type = type;
        this.bytes = bytes;
        this.widening = widening;
        this.tag = tag;
    }

    /** LLVM's type in memory. */
    public String type() {
        return type;
    }

    public int bytes() {
        return bytes;
    }

    /** The instruction that makes an int of an element, empty if it is what it is. */
    public String widening() {
        return widening;
    }

    /** 0 for the first, and so on. */
    public int number() {
        return tag - BOOLEAN.tag;
    }

    /** The name of the metadata that tells arrays of different elements apart. */
    public String aliasTag() {
        return "!" + tag;
    }

    /** The name of the type in that metadata. */
    public String aliasType() {
        return "!" + (tag + 10);
    }

    public Class<?> primitive() {
        return switch (this) {
            case BOOLEAN -> boolean.class;
            case BYTE -> byte.class;
            case CHAR -> char.class;
            case SHORT -> short.class;
            case INT -> int.class;
            case LONG -> long.class;
            case FLOAT -> float.class;
            case DOUBLE -> double.class;
        };
    }

    /** Of a primitive type. */
    public static Optional<Element> of(ClassDesc primitive) {
        String text = primitive.descriptorString();
        for (Element element : values()) {
            if (text.length() == 1 && text.charAt(0) == element.descriptor) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }

    /** Of a type that is an array of primitives, and nothing else. */
    public static Optional<Element> ofArray(ClassDesc type) {
        return type.isArray() ? of(type.componentType()) : Optional.empty();
    }

    /** LLVM's type of a value; a reference is a pointer to the first element, and a length beside it. */
    public static String typeOf(Type type) {
        return switch (type.kind()) {
            case INT -> "i32";
            case LONG -> "i64";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case REFERENCE -> "ptr";
            case VOID -> "void";
        };
    }
}
