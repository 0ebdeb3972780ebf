/** What users are told when Jacobi refuses. */
@NullMarked
package dev.jacobi.refusal;

import org.jspecify.annotations.NullMarked;
