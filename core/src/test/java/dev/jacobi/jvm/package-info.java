@NullMarked
package dev.jacobi.jvm;

import org.jspecify.annotations.NullMarked;
