/** Measures what methods gain on a device, and checks them meanwhile. */
@NullMarked
package dev.jacobi.cli.bench.device;

import org.jspecify.annotations.NullMarked;
