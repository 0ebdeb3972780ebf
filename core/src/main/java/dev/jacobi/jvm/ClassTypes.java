package dev.jacobi.jvm;

import dev.jacobi.cache.Dependencies;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import org.jspecify.annotations.Nullable;

/**
 * What the verifier knows of classes: which are interfaces, and which class a class extends. Null stands for the type of {@code null}.
 */
interface ClassTypes {

    /** What is known of a class. */
    record ClassInfo(boolean isInterface, @Nullable ClassDesc superClass) {}

    /** Null if the class cannot be found. */
    @Nullable
    ClassInfo find(ClassDesc descriptor);

    /** The class of {@code null}, which is assignable to every other. */
    ClassDesc NULL = ClassDesc.of("null");

    /** The classes that a loader can load. */
    static ClassTypes ofLoader(@Nullable ClassLoader loader) {
        return descriptor -> {
            Dependencies.asked(descriptor);
            try {
                String name = descriptor.descriptorString();
                Class<?> found =
                        Class.forName(name.substring(1, name.length() - 1).replace('/', '.'), false, loader);
                Class<?> superClass = found.getSuperclass();
                return new ClassInfo(
                        found.isInterface(),
                        superClass == null
                                ? null
                                : superClass.describeConstable().orElse(ConstantDescs.CD_Object));
            } catch (ClassNotFoundException | LinkageError _) {
                return null;
            }
        };
    }

    /** The same knowledge for the generator of stack maps. */
    default ClassHierarchyResolver resolver() {
        ClassHierarchyResolver resolver = descriptor -> {
            ClassInfo info = find(descriptor);
            if (info != null && info.isInterface()) {
                return ClassHierarchyResolver.ClassHierarchyInfo.ofInterface();
            }
            // A class that cannot be found meets others at Object; code that needs to know better has a cast.
            ClassDesc superClass = info == null ? null : info.superClass();
            return ClassHierarchyResolver.ClassHierarchyInfo.ofClass(
                    superClass == null && !descriptor.equals(ConstantDescs.CD_Object)
                            ? ConstantDescs.CD_Object
                            : superClass);
        };
        return resolver.cached();
    }

    default boolean isInterface(ClassDesc descriptor) {
        if (!descriptor.isClassOrInterface()) {
            return false;
        }
        ClassInfo info = find(descriptor);
        return info != null && info.isInterface();
    }

    /** Whether the verifier lets a value of type {@code from} be used where {@code to} is wanted. */
    default boolean isAssignable(ClassDesc from, ClassDesc to) {
        if (from.equals(to) || to.equals(ConstantDescs.CD_Object) || from.equals(NULL)) {
            return true;
        }
        if (to.isArray()) {
            return from.isArray() && areComponentsAssignable(from.componentType(), to.componentType());
        }
        if (from.isArray()) {
            return isInterface(to);
        }
        if (isInterface(to)) {
            return true;
        }
        for (ClassDesc current = from; current != null; ) {
            if (current.equals(to)) {
                return true;
            }
            ClassInfo info = find(current);
            current = info == null || info.isInterface() ? null : info.superClass();
        }
        return false;
    }

    private boolean areComponentsAssignable(ClassDesc from, ClassDesc to) {
        return from.equals(to) || !from.isPrimitive() && !to.isPrimitive() && isAssignable(from, to);
    }

    /** A type that the verifier certainly gives to what is of one of two types. */
    default ClassDesc merge(ClassDesc left, ClassDesc right) {
        if (left.equals(right) || right.equals(NULL)) {
            return left;
        }
        if (left.equals(NULL)) {
            return right;
        }
        if (left.isArray() && right.isArray()) {
            ClassDesc leftComponent = left.componentType();
            ClassDesc rightComponent = right.componentType();
            return leftComponent.isPrimitive() || rightComponent.isPrimitive()
                    ? ConstantDescs.CD_Object
                    : merge(leftComponent, rightComponent).arrayType();
        }
        if (left.isArray() || right.isArray() || isInterface(left) || isInterface(right)) {
            return ConstantDescs.CD_Object;
        }
        for (ClassDesc current = left; current != null; ) {
            if (isAssignable(right, current)) {
                return current;
            }
            ClassInfo info = find(current);
            current = info == null ? null : info.superClass();
        }
        return ConstantDescs.CD_Object;
    }
}
