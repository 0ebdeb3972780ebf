/** From the IR to JVM bytecode, loaded as hidden classes. */
@NullMarked
package dev.jacobi.jvm;

import org.jspecify.annotations.NullMarked;
