package dev.jacobi.optimize.inline;

import static java.lang.constant.ConstantDescs.*;

import dev.jacobi.ir.References.MethodReference;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table of primitive types and their boxes. */
enum Box {
    //        box           primitive   a box is the same object for equal values within a cache
    BOOLEAN(CD_Boolean, CD_boolean, true),
    BYTE(CD_Byte, CD_byte, true),
    SHORT(CD_Short, CD_short, true),
    CHARACTER(CD_Character, CD_char, true),
    INTEGER(CD_Integer, CD_int, true),
    LONG(CD_Long, CD_long, true),
    FLOAT(CD_Float, CD_float, false),
    DOUBLE(CD_Double, CD_double, false);

    static final ClassDesc NUMBER = Number.class.describeConstable().orElseThrow();

    private final ClassDesc wrapper;
    private final ClassDesc primitive;
    private final boolean cached;

    Box(ClassDesc wrapper, ClassDesc primitive, boolean cached) {
        this.wrapper = wrapper;
        this.primitive = primitive;
        this.cached = cached;
    }

    static @Nullable Box ofWrapper(ClassDesc wrapper) {
        for (Box box : values()) {
            if (box.wrapper.equals(wrapper)) {
                return box;
            }
        }
        return null;
    }

    static Box ofPrimitive(ClassDesc primitive) {
        for (Box box : values()) {
            if (box.primitive.equals(primitive)) {
                return box;
            }
        }
        throw new IllegalArgumentException(primitive + " has no box");
    }

    ClassDesc wrapper() {
        return wrapper;
    }

    ClassDesc primitive() {
        return primitive;
    }

    boolean isCached() {
        return cached;
    }

    boolean isNumber() {
        return this != BOOLEAN && this != CHARACTER;
    }

    /** {@code Double.valueOf(double)} and its like. */
    MethodReference boxing() {
        return new MethodReference(wrapper, "valueOf", MethodTypeDesc.of(wrapper, primitive), false);
    }

    /** {@code Double.doubleValue()} and its like. */
    MethodReference unboxing() {
        return conversionTo(this);
    }

    /** {@code Integer.doubleValue()} and its like. */
    MethodReference conversionTo(Box target) {
        return new MethodReference(wrapper, target.valueMethod(), MethodTypeDesc.of(target.primitive), false);
    }

    /** {@code Number.doubleValue()} and its like. */
    static MethodReference numberConversionTo(Box target) {
        return new MethodReference(NUMBER, target.valueMethod(), MethodTypeDesc.of(target.primitive), false);
    }

    private String valueMethod() {
        return primitive.displayName().toLowerCase(Locale.ROOT) + "Value";
    }
}
