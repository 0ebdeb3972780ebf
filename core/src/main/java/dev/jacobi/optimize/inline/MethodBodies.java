package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Function;
import dev.jacobi.ir.References.MethodReference;
import org.jspecify.annotations.Nullable;

/** Where inlining gets the bodies of methods from. */
public interface MethodBodies {

    /**
     * The body of a method, which nobody changes; or null if it has none that can be read.
     *
     * @param owner the class that declares the method
     * @param method names the method in that class; {@code <clinit>} names its static initialiser
     */
    @Nullable
    Function body(Class<?> owner, MethodReference method);

    /** Whether the class has a static initialiser; true where that cannot be found out. */
    boolean hasStaticInitializer(Class<?> owner);
}
