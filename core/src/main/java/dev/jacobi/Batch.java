package dev.jacobi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says at a method how it is batched, so that {@link Primal#batch} needs no axes. Batches of its derivatives take theirs as ever: they have more parameters.
 *
 * {@snippet class="dev.jacobi.BatchSnippets" region="annotated"}
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Batch {
    /** One for each parameter: {@code SHARED} or {@code EACH}, at least one of them {@code EACH}. */
    Axis[] value();

    /** How the arrays of the examples lie in memory. */
    Layout layout() default Layout.SEPARATE;
}
