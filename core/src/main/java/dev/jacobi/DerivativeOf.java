package dev.jacobi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a static method is (a part of) the derivative of another one. Classes with such methods are given to {@link
 * Rules#of(Class...)}; what the methods take and return, {@link Rules} tells.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface DerivativeOf {
    /** The class that declares the method. */
    Class<?> value();

    /** The name of the method, which is static. */
    String method();

    /** The parameter types of the method, needed only if there are several of that name. */
    Class<?>[] types() default {};

    /** What the annotated method computes. */
    Part part();

    /** The activities of the method's parameters; without them, all parameters that can carry derivatives do. */
    Activity[] activities() default {};

    /** The parts of a derivative. */
    enum Part {
        /** Forward mode: the tangent of the result. */
        TANGENT,
        /** Reverse mode: what runs in the place of the method, and keeps what {@link #REVERSE} needs. */
        AUGMENTED_PRIMAL,
        /** Reverse mode: the adjoints of the arguments. */
        REVERSE
    }
}
