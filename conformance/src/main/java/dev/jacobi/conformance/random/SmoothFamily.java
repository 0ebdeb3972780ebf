package dev.jacobi.conformance.random;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link SmoothGenerator} does with values of some related types: objects, containers, functions. */
interface SmoothFamily {
    /** A number that a value in scope holds or computes, or null if there is none. */
    @Nullable
    String number(int depth);

    /** Adds a statement that makes, changes or uses such a value. */
    void statement(Node.Body into);

    /** The types that methods may have as parameters. */
    List<String> types();

    /** A new value of one of the {@link #types}. */
    String created(String type);
}
