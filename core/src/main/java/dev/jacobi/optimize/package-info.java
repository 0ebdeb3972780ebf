/**
 * Passes that make a function smaller and faster and leave what it does exactly as it is: results bit for bit, exceptions, their
 * class and their order relative to everything that can be observed.
 *
 * <p>Two liberties are taken, which the JVM takes as well: an {@code OutOfMemoryError} or {@code StackOverflowError} may not happen
 * because what would have caused it is gone; and a class that only removed code named is not resolved.
 */
@NullMarked
package dev.jacobi.optimize;

import org.jspecify.annotations.NullMarked;
