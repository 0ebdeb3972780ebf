package dev.jacobi.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** The conversions between the types of a functional interface and those of the function behind it. */
final class Conversion {
    private Conversion() {}

    /** Whether an argument declared with {@code from} can be passed to a parameter of type {@code to}. */
    static boolean accepts(Class<?> from, Class<?> to) {
        if (from.isPrimitive() && to.isPrimitive()) {
            return widens(from, to);
        }
        if (from.isPrimitive()) {
            return to.isAssignableFrom(boxOf(from));
        }
        if (to.isPrimitive()) {
            Class<?> primitive = unboxed(from);
            return primitive != null ? widens(primitive, to) : from.isAssignableFrom(boxOf(to));
        }
        // Generics erase the declared type to one above; a cast brings it back.
        return to.isAssignableFrom(from) || from.isAssignableFrom(to);
    }

    /**
     * Whether a result of type {@code from} can be returned as {@code to}.
     *
     * @param isBoolean whether the result, an int, is known to be 0 or 1
     */
    static boolean returns(Class<?> from, Class<?> to, boolean isBoolean) {
        if (to == boolean.class) {
            return isBoolean;
        }
        if (from == void.class || isBoolean) {
            return from == to;
        }
        if (from.isPrimitive() && to.isPrimitive()) {
            return widens(from, to);
        }
        if (from.isPrimitive()) {
            return to.isAssignableFrom(boxOf(from));
        }
        if (to.isPrimitive()) {
            Class<?> primitive = unboxed(from);
            return primitive != null && widens(primitive, to);
        }
        return to.isAssignableFrom(from);
    }

    private static boolean widens(Class<?> from, Class<?> to) {
        return from == to || to == int.class && from == boolean.class || rank(from) >= 0 && rank(from) < rank(to);
    }

    private static int rank(Class<?> primitive) {
        if (primitive == byte.class || primitive == short.class || primitive == char.class) {
            return 0;
        }
        return primitive == int.class
                ? 1
                : primitive == long.class ? 2 : primitive == float.class ? 3 : primitive == double.class ? 4 : -1;
    }

    private static Class<?> boxOf(Class<?> primitive) {
        return MethodType.methodType(primitive).wrap().returnType();
    }

    private static @Nullable Class<?> unboxed(Class<?> box) {
        Class<?> primitive = MethodType.methodType(box).unwrap().returnType();
        return primitive.isPrimitive() ? primitive : null;
    }

    /**
     * Writes the conversion of what is on the stack.
     *
     * @param named the type to arrive at as the class can name it
     */
    static void write(CodeBuilder code, Class<?> from, Class<?> to, ClassDesc named) {
        if (from.isPrimitive() && to.isPrimitive()) {
            widen(code, from, to);
        } else if (from.isPrimitive()) {
            Class<?> box = boxOf(from);
            ClassDesc descriptor = box.describeConstable().orElseThrow();
            code.invokestatic(
                    descriptor,
                    "valueOf",
                    MethodTypeDesc.of(descriptor, from.describeConstable().orElseThrow()));
        } else if (to.isPrimitive()) {
            Class<?> known = unboxed(from);
            Class<?> primitive = known == null ? to : known;
            ClassDesc box = boxOf(primitive).describeConstable().orElseThrow();
            if (known == null) {
                code.checkcast(box);
            }
            code.invokevirtual(
                    box,
                    primitive.getName() + "Value",
                    MethodTypeDesc.of(primitive.describeConstable().orElseThrow()));
            widen(code, primitive, to);
        } else if (!to.isAssignableFrom(from) && !named.equals(ConstantDescs.CD_Object)) {
            code.checkcast(named);
        }
    }

    private static void widen(CodeBuilder code, Class<?> from, Class<?> to) {
        TypeKind source = TypeKind.from(from).asLoadable();
        TypeKind target = TypeKind.from(to);
        if (to != boolean.class && source != target.asLoadable()) {
            code.conversion(source, target);
        }
    }
}
