/** Tests of drivers, which may end the process, in a JVM of their own. */
@NullMarked
package dev.jacobi.offload.runtime.fork;

import org.jspecify.annotations.NullMarked;
