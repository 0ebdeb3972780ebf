/** Where calls run that may run at several places: by what was measured, and until then by what they are expected to cost. */
@NullMarked
package dev.jacobi.offload.choice;

import org.jspecify.annotations.NullMarked;
