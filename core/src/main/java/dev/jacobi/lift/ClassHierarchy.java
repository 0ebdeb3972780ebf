package dev.jacobi.lift;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of superclasses without loading classes. A class that cannot be found counts as a direct subclass of {@code Object}:
 * types computed with it are wider than they could be, never wrong.
 */
public interface ClassHierarchy {
    /** The superclass of a class; empty for {@code Object}, interfaces and classes that cannot be found. */
    Optional<ClassDesc> superclass(ClassDesc descriptor);

    boolean isInterface(ClassDesc descriptor);

    /** The hierarchy that the class files of {@code files} describe. */
    static ClassHierarchy of(ClassFiles files) {
        return files.hierarchy();
    }

    /**
     * The least type above both, as the JVM's verifier computes it: interfaces meet at {@code Object}, arrays of references at the array
     * of what their components meet at.
     */
    default ClassDesc leastUpperBound(ClassDesc left, ClassDesc right) {
        if (left.equals(right)) {
            return left;
        }
        ClassDesc leftComponent = left.componentType();
        ClassDesc rightComponent = right.componentType();
        if (leftComponent != null && rightComponent != null) {
            return leftComponent.isPrimitive() || rightComponent.isPrimitive()
                    ? ConstantDescs.CD_Object
                    : leastUpperBound(leftComponent, rightComponent).arrayType();
        }
        if (leftComponent != null || rightComponent != null || isInterface(left) || isInterface(right)) {
            return ConstantDescs.CD_Object;
        }
        // The set also ends the walk where a hostile class file makes a class its own ancestor.
        Set<ClassDesc> above = new HashSet<>();
        for (Optional<ClassDesc> at = Optional.of(left); at.isPresent() && above.add(at.get()); ) {
            at = superclass(at.get());
        }
        Set<ClassDesc> seen = new HashSet<>();
        for (Optional<ClassDesc> at = Optional.of(right); at.isPresent() && seen.add(at.get()); ) {
            if (above.contains(at.get())) {
                return at.get();
            }
            at = superclass(at.get());
        }
        return ConstantDescs.CD_Object;
    }
}
