/** LLVM itself: its library, the threads in which it works, and what is kept on disk of what it made. */
@NullMarked
package dev.jacobi.llvm.library;

import org.jspecify.annotations.NullMarked;
