/** The IR interpreted with Java's exact semantics: the oracle that lifted and emitted code is compared with. */
@NullMarked
package dev.jacobi.interpret;

import org.jspecify.annotations.NullMarked;
