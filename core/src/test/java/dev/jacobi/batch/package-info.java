@NullMarked
package dev.jacobi.batch;

import org.jspecify.annotations.NullMarked;
