package dev.jacobi.ir;

import org.jspecify.annotations.Nullable;

/**
 * Where in the user's source an instruction comes from.
 *
 * @param className the class, as in a stack trace
 * @param methodName the method, as in a stack trace
 * @param line the line in the class's source file, or -1 where the class file does not tell
 * @param caller where the method was inlined, or null if it was not inlined
 */
public record SourcePosition(
        String className,
        String methodName,
        int line,
        @Nullable SourcePosition caller) {

    /** This position with {@code outer} appended as the place where the outermost method of its chain was inlined. */
    public SourcePosition inlinedAt(SourcePosition outer) {
        return new SourcePosition(className, methodName, line, caller == null ? outer : caller.inlinedAt(outer));
    }

    /** For example {@code com.example.Model.loss:42 < com.example.Model.total:17}, innermost first. */
    @Override
    public String toString() {
        String here = className + "." + methodName + (line < 0 ? "" : ":" + line);
        return caller == null ? here : here + " < " + caller;
    }
}
