/**
 * The conformance groups: plain Java methods, each of which is differentiated in every mode and compared with itself.
 *
 * <p>A group is a {@link dev.jacobi.conformance.groups.GroupTest}, a case a static method with {@link dev.jacobi.conformance.groups.Case}
 * annotations; {@link dev.jacobi.conformance.groups.CaseCheck} says what is compared.
 */
@NullMarked
package dev.jacobi.conformance.groups;

import org.jspecify.annotations.NullMarked;
