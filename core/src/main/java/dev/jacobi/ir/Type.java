package dev.jacobi.ir;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import org.jspecify.annotations.Nullable;

/**
 * The type of a {@link Value}: one of the JVM's computational types, references with the class known for them.
 *
 * <p>As on the JVM, {@code boolean}, {@code byte}, {@code short} and {@code char} are {@code int} once they are on the operand stack;
 * their width appears only where it matters, in conversions, array accesses, field and method descriptors.
 *
 * @param kind the computational type
 * @param descriptor the class of a reference, as far as it is known; the primitive's descriptor otherwise
 */
public record Type(Kind kind, ClassDesc descriptor) {

    /** The computational types of the JVM. */
    public enum Kind {
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        REFERENCE,
        VOID
    }

    public static final Type INT = new Type(Kind.INT, ConstantDescs.CD_int);
    public static final Type LONG = new Type(Kind.LONG, ConstantDescs.CD_long);
    public static final Type FLOAT = new Type(Kind.FLOAT, ConstantDescs.CD_float);
    public static final Type DOUBLE = new Type(Kind.DOUBLE, ConstantDescs.CD_double);
    public static final Type VOID = new Type(Kind.VOID, ConstantDescs.CD_void);
    public static final Type OBJECT = new Type(Kind.REFERENCE, ConstantDescs.CD_Object);

    /** The computational type of a field, parameter or result declared with {@code descriptor}. */
    public static Type of(ClassDesc descriptor) {
        return switch (descriptor.descriptorString().charAt(0)) {
            case 'Z', 'B', 'S', 'C', 'I' -> INT;
            case 'J' -> LONG;
            case 'F' -> FLOAT;
            case 'D' -> DOUBLE;
            case 'V' -> VOID;
            default -> new Type(Kind.REFERENCE, descriptor);
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Type that && kind == that.kind && descriptor.equals(that.descriptor);
    }

    @Override
    public int hashCode() {
        return descriptor.hashCode();
    }

    public boolean isReference() {
        return kind == Kind.REFERENCE;
    }

    /** True for {@code float} and {@code double}, the only types that carry derivatives themselves. */
    public boolean isFloatingPoint() {
        return kind == Kind.FLOAT || kind == Kind.DOUBLE;
    }

    public boolean isArray() {
        return descriptor.isArray();
    }

    /** Local variable slots that a value of this type takes: 2 for {@code long} and {@code double}. */
    public int slots() {
        return switch (kind) {
            case LONG, DOUBLE -> 2;
            case VOID -> 0;
            default -> 1;
        };
    }

    /** The type as the text form prints it, for example {@code double[]} or {@code java.lang.String}. */
    @Override
    public String toString() {
        return name(descriptor);
    }

    /** The Java name of a class: {@code int}, {@code double[][]}, {@code java.util.Map$Entry}. */
    public static String name(ClassDesc descriptor) {
        String text = descriptor.descriptorString();
        int dimensions = text.lastIndexOf('[') + 1;
        ClassDesc element = ClassDesc.ofDescriptor(text.substring(dimensions));
        String elementText = element.descriptorString();
        String name = element.isPrimitive()
                ? element.displayName()
                : elementText.substring(1, elementText.length() - 1).replace('/', '.');
        return name + "[]".repeat(dimensions);
    }
}
