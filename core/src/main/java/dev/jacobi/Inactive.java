package dev.jacobi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what carries no derivative: the call of a marked method, of any method of a marked class, stays as it is, and its result counts as
 * constant whatever goes in. For what is not differentiable in principle: logging, random numbers, choices, lookups.
 *
 * <p>A marked method must not write floating-point numbers into arrays that it is given, if they carry derivatives. To mark methods
 * of others, use {@link Rules#inactive(java.lang.Class, String, Class...)}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Inactive {}
