/** Functions written in Scala, differentiated. */
@NullMarked
package dev.jacobi.conformance.scala;

import org.jspecify.annotations.NullMarked;
