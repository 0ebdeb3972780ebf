package dev.jacobi.ir;

import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/**
 * Where control goes when an instruction of a block throws. The first parameter of the target is the exception; the edge gives the
 * others. Handlers are tried in order.
 *
 * @param catchType the class of exceptions caught, or null for all
 */
public record Handler(@Nullable ClassDesc catchType, Edge edge) {}
