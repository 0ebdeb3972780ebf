package dev.jacobi.llvm;

import dev.jacobi.ir.Type;
import java.lang.constant.ClassDesc;
import java.util.Optional;

/** The table of primitive array elements: Java's descriptor, LLVM's type, size, and how an element becomes an operand. */
enum Element {
    BOOLEAN('Z', "i8", 1, "sext"),
    BYTE('B', "i8", 1, "sext"),
    CHAR('C', "i16", 2, "zext"),
    SHORT('S', "i16", 2, "sext"),
    INT('I', "i32", 4, ""),
    LONG('J', "i64", 8, ""),
    FLOAT('F', "float", 4, ""),
    DOUBLE('D', "double", 8, "");

    private final char descriptor;
    private final String type;
    private final int bytes;
    private final String widening;

    Element(char descriptor, String type, int bytes, String widening) {
        this.descriptor = descriptor;
        this.type = type;
        this.bytes = bytes;
        this.widening = widening;
    }

    /** LLVM's type in memory. */
    String type() {
        return type;
    }

    int bytes() {
        return bytes;
    }

    /** The instruction that makes an int of an element, empty if it is what it is. */
    String widening() {
        return widening;
    }

    /** The name of the metadata that tells arrays of different elements apart. */
    String aliasTag() {
        return "!" + (10 + ordinal());
    }

    /** Of a primitive type. */
    static Optional<Element> of(ClassDesc primitive) {
        String text = primitive.descriptorString();
        for (Element element : values()) {
            if (text.length() == 1 && text.charAt(0) == element.descriptor) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }

    /** Of a type that is an array of primitives, and nothing else. */
    static Optional<Element> ofArray(ClassDesc type) {
        return type.isArray() ? of(type.componentType()) : Optional.empty();
    }

    /** LLVM's type of a value; a reference is a pointer to the first element, and a length beside it. */
    static String typeOf(Type type) {
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
