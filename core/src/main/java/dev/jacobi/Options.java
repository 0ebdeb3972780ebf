package dev.jacobi;

/**
 * How derivatives are made. Immutable; start from {@link #DEFAULT}.
 *
 * @param optimizeFirst whether the method is optimised before it is differentiated. Off, only what differentiation needs is done
 *     first (calls are inlined); the difference in speed is what differentiating optimised code gains
 * @param verify whether the intermediate representation is verified after each pass; costs compile time, changes no result
 * @param rules derivatives of your own, and what carries none
 * @param tapeBudget how many bytes one call of a derivative in reverse mode may keep for the way back; a call that needs more throws a
 *     {@link JacobiException} before any shadow is written
 */
public record Options(boolean optimizeFirst, boolean verify, Rules rules, long tapeBudget) {
    /** Optimised before and after differentiation, Java's own arithmetic throughout, no verification between passes. */
    public static final Options DEFAULT = new Options(true, false, Rules.NONE, Long.MAX_VALUE);

    public Options withOptimizeFirst(boolean optimizeFirst) {
        return new Options(optimizeFirst, verify, rules, tapeBudget);
    }

    public Options withVerify(boolean verify) {
        return new Options(optimizeFirst, verify, rules, tapeBudget);
    }

    /** @param bytes 0 or more; see {@link #tapeBudget} */
    public Options withTapeBudget(long bytes) {
        return new Options(optimizeFirst, verify, rules, bytes);
    }

    public Options withRules(Rules rules) {
        return new Options(optimizeFirst, verify, rules, tapeBudget);
    }
}
