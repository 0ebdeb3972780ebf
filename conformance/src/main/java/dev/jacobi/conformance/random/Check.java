package dev.jacobi.conformance.random;

import java.util.Optional;

/** A kind of program and what must hold for it. Used by several threads. */
interface Check {
    Program generate(long seed);

    /**
     * Runs a program in all its forms.
     *
     * @param type the class of the program, of a {@link MemoryCompiler.Loader}
     */
    Optional<Mismatch> check(Program program, Class<?> type);

    /** How often what came out. */
    String statistics();
}
