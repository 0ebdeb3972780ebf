/** Drivers of devices behind one small interface. None of them is needed to build or to load this module. */
@NullMarked
package dev.jacobi.offload.runtime;

import org.jspecify.annotations.NullMarked;
