/**
 * What was compiled once, kept on disk for the next process: what it depends on, how that is checked, and how it is written so that many processes can share it. Knows nothing
 * of derivatives.
 */
@NullMarked
package dev.jacobi.cache;

import org.jspecify.annotations.NullMarked;
