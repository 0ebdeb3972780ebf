/**
 * What methods of the JDK do, in Java that can be differentiated: {@code dev.jacobi.optimize.inline} puts these methods in the place of the JDK's,
 * whose fields and classes cannot be reached, where code is to be differentiated. A class {@code XMethods} stands in for the methods of X; instance methods get
 * their receiver first. Nothing here is meant for users.
 */
@NullMarked
package dev.jacobi.runtime.library;

import org.jspecify.annotations.NullMarked;
