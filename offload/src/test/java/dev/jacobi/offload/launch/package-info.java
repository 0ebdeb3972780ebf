@NullMarked
package dev.jacobi.offload.launch;

import org.jspecify.annotations.NullMarked;
