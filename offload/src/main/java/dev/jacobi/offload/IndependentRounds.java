package dev.jacobi.offload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A promise about all parallel streams that are written in a method: no round of one writes what another round of it reads or writes, whatever the arguments. It is believed only where Jacobi can prove neither this nor the
 * opposite, as for {@code y[where[i]] = x[i]} with a permutation {@code where}.
 *
 * <p>If the promise is broken, what such elements hold afterwards is open. Nothing else can happen: indices are checked all the same.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface IndependentRounds {}
