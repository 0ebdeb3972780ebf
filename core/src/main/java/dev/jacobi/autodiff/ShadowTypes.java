package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.optimize.inline.LambdaClass;
import dev.jacobi.runtime.ShadowLayout;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Field;

/**
 * Which types the shadows of references have, and where the shadows of objects keep what ({@link ShadowLayout}).
 *
 * <p>The shadow of an array of {@code double} or {@code float}, also nested, is of the same type; that of another array of references an {@code Object[]}
 * of the same length; that of an object an {@code Object[]}, statically known as {@code Object}, since what is known by an interface or as {@code Object} may be an array.
 * The shadow of {@linkplain CallSignature#STACKS stacks} is another object of their class, whose tops nobody reads.
 */
public final class ShadowTypes {
    private static final Type OBJECTS = Type.of(ConstantDescs.CD_Object.arrayType());
    private static final Type STACKS = Type.of(CallSignature.STACKS);

    private final ClassKnowledge classes;

    public ShadowTypes(ClassKnowledge classes) {
        this.classes = classes;
    }

    /** The static type of the shadow of a reference; a number's derivative has its type. */
    public static Type of(Type primal) {
        if (!primal.isReference() || DerivativeRequest.carriesDerivative(primal) || primal.equals(STACKS)) {
            return primal;
        }
        return primal.isArray() ? OBJECTS : Type.OBJECT;
    }

    /** The component of the shadow of an array with components of this class. */
    public static ClassDesc component(ClassDesc component) {
        return component.isPrimitive() || DerivativeRequest.carriesDerivative(Type.of(component))
                ? component
                : ConstantDescs.CD_Object;
    }

    /** The class of the shadows of arrays of this class: nested where these are. */
    public static ClassDesc array(ClassDesc array) {
        ClassDesc component = array.componentType();
        return component != null && component.isArray()
                ? array(component).arrayType()
                : component(component).arrayType();
    }

    /** The same method of a shadow: {@code clone} of an array of objects is that of an {@code Object[]}. */
    public static MethodReference method(MethodReference primal) {
        return primal.owner().isArray()
                ? new MethodReference(
                        of(Type.of(primal.owner())).descriptor(), primal.name(), primal.type(), primal.onInterface())
                : primal;
    }

    /** Whether what a reference of this static type leads to may carry derivatives. */
    boolean leadsToNumbers(Type reference) {
        if (DerivativeRequest.carriesDerivative(reference)) {
            return true;
        }
        Class<?> found = classes.find(reference.descriptor());
        return found == null || ShadowLayout.leadsToNumbers(found);
    }

    /** Whether a reference of a static type may lead to objects of exactly the class {@code exact}; interfaces are not trusted. */
    boolean mayBe(Type reference, Type exact) {
        Class<?> known = classes.find(reference.descriptor());
        Class<?> made = classes.find(exact.descriptor());
        return known == null || made == null || known.isInterface() || known.isAssignableFrom(made);
    }

    /** Whether objects of exactly this class stand for lambdas; they have shadows even if these are empty. */
    boolean isLambda(Type exact) {
        Class<?> known = classes.find(exact.descriptor());
        return known != null && LambdaClass.isOne(known);
    }

    /** Whether objects of this static type are exceptions. */
    boolean isException(Type reference) {
        Class<?> known = classes.find(reference.descriptor());
        return known != null && Throwable.class.isAssignableFrom(known);
    }

    /** The layout of the shadows of objects of exactly this class. */
    public ShadowLayout layout(ClassDesc type) {
        Class<?> found = classes.find(type);
        if (found == null) {
            throw new JacobiException(
                    Refusal.UNKNOWN_CLASS,
                    "cannot find the class " + Type.name(type) + ", whose objects carry derivatives",
                    null);
        }
        return ShadowLayout.of(found);
    }

    /** Where a field is in the shadows of the objects that have it, see {@link ShadowLayout#place}. */
    public int place(FieldReference reference) {
        Field field = classes.find(reference);
        if (field == null) {
            throw new JacobiException(
                    Refusal.UNKNOWN_CLASS,
                    "cannot find the field " + reference.signature() + ", which carries derivatives",
                    null);
        }
        return ShadowLayout.of(field.getDeclaringClass()).place(field);
    }

    /** Whether the field is known to keep the value that the constructor gave it. */
    public boolean isFinal(FieldReference reference) {
        return classes.isFinal(reference);
    }
}
