/** JMH benchmarks. */
@NullMarked
package dev.jacobi.benchmarks;

import org.jspecify.annotations.NullMarked;
