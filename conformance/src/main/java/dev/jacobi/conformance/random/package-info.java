/** Programs made at random from a seed, and the checks that they mean the same in every form that Jacobi gives them. */
@NullMarked
package dev.jacobi.conformance.random;

import org.jspecify.annotations.NullMarked;
