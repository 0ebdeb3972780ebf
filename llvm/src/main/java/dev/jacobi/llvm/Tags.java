package dev.jacobi.llvm;

import dev.jacobi.ir.Type;
import dev.jacobi.llvm.text.Element;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.OptionalInt;

/**
 * What class an array is of, as a number: its dimensions times 16, plus a number for the elements; 0 for null. Where the static type is a nest of arrays of primitives it says the same; values of type {@code Object} and {@code Object[]} carry
 * their tag with them, and so does every reference in memory.
 */
final class Tags {
    static final int DIMENSION = 16;
    /** {@code Object[]}. */
    static final int OBJECTS = DIMENSION + 15;

    /** The tape of calls. */
    private static final int STACKS = 1;

    private static final Element[] ELEMENTS = Element.values();

    private Tags() {}

    /** Of arrays of primitives, and arrays of them, to any depth, and of the tape of calls. */
    static OptionalInt of(ClassDesc type) {
        int dimensions = 0;
        ClassDesc element = type;
        while (element.isArray()) {
            dimensions++;
            element = element.componentType();
        }
        if (type.equals(TapeText.STACKS.descriptor())) {
            return OptionalInt.of(STACKS);
        }
        return dimensions == 0 || !element.isPrimitive()
                ? OptionalInt.empty()
                : OptionalInt.of(DIMENSION * dimensions
                        + 1
                        + Element.of(element).orElseThrow().number());
    }

    /** Of an object that is such an array, or an {@code Object[]}. */
    static OptionalInt ofObject(Object array) {
        return array.getClass() == Object[].class
                ? OptionalInt.of(OBJECTS)
                : of(ClassDesc.ofDescriptor(array.getClass().descriptorString()));
    }

    static int ofArray(Element element) {
        return DIMENSION + 1 + element.number();
    }

    /** Whether values of this type have a tag beside them. */
    static boolean isDynamic(Type type) {
        return type.equals(Type.OBJECT) || type.descriptor().equals(ConstantDescs.CD_Object.arrayType());
    }

    /** Whether there may be values of this type in native code. */
    static boolean handles(Type type) {
        return !type.isReference() || isDynamic(type) || of(type.descriptor()).isPresent();
    }

    /** Of a class of Java that is such an array. */
    static int of(Class<?> type) {
        return of(ClassDesc.ofDescriptor(type.descriptorString())).orElse(OBJECTS);
    }

    /** The elements of the arrays with this tag if they are primitive, else null. */
    static boolean isFlat(int tag) {
        return tag < 2 * DIMENSION && tag != OBJECTS;
    }

    static Element element(int tag) {
        int number = tag % DIMENSION - 1;
        if (number < 0 || number >= ELEMENTS.length) {
            throw new IllegalArgumentException("no array of primitives: " + tag);
        }
        return ELEMENTS[number];
    }

    /** The class of the elements of the arrays with this tag. */
    static Class<?> componentType(int tag) {
        if (tag == OBJECTS) {
            return Object.class;
        }
        Class<?> type = element(tag).primitive();
        for (int dimensions = tag / DIMENSION; dimensions > 1; dimensions--) {
            type = type.arrayType();
        }
        return type;
    }
}
