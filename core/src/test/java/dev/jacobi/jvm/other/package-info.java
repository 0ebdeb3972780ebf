@NullMarked
package dev.jacobi.jvm.other;

import org.jspecify.annotations.NullMarked;
