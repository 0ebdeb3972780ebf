/** What the passes need to know about the IR: dominance, loops, activity, effects. */
@NullMarked
package dev.jacobi.analysis;

import org.jspecify.annotations.NullMarked;
