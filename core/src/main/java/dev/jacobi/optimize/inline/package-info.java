/**
 * Puts the bodies of methods in the place of their calls, through lambdas, method references and calls whose receiver's class is
 * known. {@link dev.jacobi.optimize.inline.InlineCalls} is the pass; the other classes answer one question each.
 */
@NullMarked
package dev.jacobi.optimize.inline;

import org.jspecify.annotations.NullMarked;
