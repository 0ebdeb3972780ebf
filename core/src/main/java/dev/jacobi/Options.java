package dev.jacobi;

/**
 * How derivatives are made. Immutable; start from {@link #DEFAULT}.
 *
 * @param optimizeFirst whether the method is optimised before it is differentiated. Off, only what differentiation needs is done
 *     first (calls are inlined); the difference in speed is what differentiating optimised code gains
 * @param verify whether the intermediate representation is verified after each pass; costs compile time, changes no result
 * @param rules derivatives of your own, and what carries none
 */
public record Options(boolean optimizeFirst, boolean verify, Rules rules) {
    /** Optimised before and after differentiation, Java's own arithmetic throughout, no verification between passes. */
    public static final Options DEFAULT = new Options(true, false, Rules.NONE);

    public Options withOptimizeFirst(boolean optimizeFirst) {
        return new Options(optimizeFirst, verify, rules);
    }

    public Options withVerify(boolean verify) {
        return new Options(optimizeFirst, verify, rules);
    }

    public Options withRules(Rules rules) {
        return new Options(optimizeFirst, verify, rules);
    }
}
