@NullMarked
package dev.jacobi.offload.choice;

import org.jspecify.annotations.NullMarked;
