/** What generated code calls. Nothing here is meant for users: names and signatures change without notice. */
@NullMarked
package dev.jacobi.runtime;

import org.jspecify.annotations.NullMarked;
