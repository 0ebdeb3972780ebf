/**
 * Many examples at once: a function over one example becomes one over a range of them. {@link dev.jacobi.batch.BatchLoop} makes it, {@link dev.jacobi.batch.BatchCode} runs it.
 */
@NullMarked
package dev.jacobi.batch;

import org.jspecify.annotations.NullMarked;
