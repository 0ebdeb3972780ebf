/** What all drivers share: C functions by name, handles that are freed once, copies in blocks, and the checks before a driver is called. */
@NullMarked
package dev.jacobi.offload.runtime.driver;

import org.jspecify.annotations.NullMarked;
