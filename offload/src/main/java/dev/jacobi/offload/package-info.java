/** Methods on devices: their parallel streams run there, their arrays move by themselves. */
@NullMarked
package dev.jacobi.offload;

import org.jspecify.annotations.NullMarked;
