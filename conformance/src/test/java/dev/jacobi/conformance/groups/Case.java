package dev.jacobi.conformance.groups;

import dev.jacobi.Refusal;
import dev.jacobi.conformance.gradient.ArgumentText;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A point at which the derivatives of a static method are checked, see {@link CaseCheck}. All floating-point numbers among the arguments
 * are active, those in arrays too, except in arguments that are named constant.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Case.Several.class)
@interface Case {
    /** The arguments, as {@link ArgumentText} reads them. */
    String value() default "";

    /** The numbers of the arguments that are {@code CONST}. */
    int[] constant() default {};

    /**
     * The exact Jacobian, row after row, for points at which finite differences say nothing: kinks, poles, NaN. It is compared with
     * {@link Double#compare} apart from rounding; finite differences are not looked at then.
     */
    double[] jacobian() default {};

    /**
     * The exact Jacobian that reverse mode gives, where it is another than that of forward mode: an infinite partial derivative times
     * zero is NaN, and the two modes come by such products in different places (see docs/guide/kinks.md).
     */
    double[] reverseJacobian() default {};

    /** Whether the method computes in single precision although its signature does not say so. */
    boolean floats() default false;

    /** What the method itself throws here; its derivatives must do the same and leave shadows as they are. */
    Class<? extends Throwable> throwing() default None.class;

    /** By design, the method is refused for this reason in every mode. */
    Refusal[] refused() default {};

    /**
     * Reasons for which the method is refused while the feature that it needs is not there. Such a refusal is reported as a skipped
     * test; any other outcome fails, also when all is right, so that the mark goes when the feature comes.
     */
    Refusal[] pending() default {};

    /** Several points for one method. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Several {
        Case[] value();
    }

    /** Nothing is thrown. */
    final class None extends Exception {
        private static final long serialVersionUID = 1;

        private None() {}
    }
}
