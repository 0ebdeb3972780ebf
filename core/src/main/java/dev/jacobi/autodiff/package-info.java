/**
 * What both modes of differentiation share: the table of derivative rules ({@link dev.jacobi.autodiff.ScalarRules}), activity, what is
 * known of library calls, and the checks of shadows at entry.
 */
@NullMarked
package dev.jacobi.autodiff;

import org.jspecify.annotations.NullMarked;
