package dev.jacobi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How derivatives are made. Immutable; start from {@link #DEFAULT}.
 *
 * @param optimizeFirst whether the method is optimised before it is differentiated. Off, only what differentiation needs is done
 *     first (calls are inlined); the difference in speed is what differentiating optimised code gains
 * @param verify whether the intermediate representation is verified after each pass; costs compile time, changes no result
 * @param rules derivatives of your own, and what carries none
 * @param tapeBudget how many bytes one call of a derivative in reverse mode may keep for the way back; a call that needs more throws a
 *     {@link JacobiException} before any shadow is written
 * @param backend where derivatives run
 * @param strictMath whether {@code Math.sin}, {@code exp}, {@code pow} and the like are computed as {@code StrictMath} does. HotSpot has code of its own for {@code Math},
 *     and native code uses {@code StrictMath}'s algorithms: both are within one ulp of the exact result, so they may differ by two. With this, all backends give the same bits
 */
public record Options(
        boolean optimizeFirst, boolean verify, Rules rules, long tapeBudget, Backend backend, boolean strictMath) {
    /** Optimised before and after differentiation, Java's own arithmetic throughout, no verification between passes, on the JVM. */
    public static final Options DEFAULT = new Options(true, false, Rules.NONE, Long.MAX_VALUE, Backend.JVM, false);

    public Options withOptimizeFirst(boolean optimizeFirst) {
        return new Options(optimizeFirst, verify, rules, tapeBudget, backend, strictMath);
    }

    public Options withVerify(boolean verify) {
        return new Options(optimizeFirst, verify, rules, tapeBudget, backend, strictMath);
    }

    /** @param bytes 0 or more; see {@link #tapeBudget} */
    public Options withTapeBudget(long bytes) {
        return new Options(optimizeFirst, verify, rules, bytes, backend, strictMath);
    }

    public Options withRules(Rules rules) {
        return new Options(optimizeFirst, verify, rules, tapeBudget, backend, strictMath);
    }

    /** @param backend see {@link #backend} */
    public Options withBackend(Backend backend) {
        return new Options(optimizeFirst, verify, rules, tapeBudget, backend, strictMath);
    }

    /** @param strictMath see {@link #strictMath} */
    public Options withStrictMath(boolean strictMath) {
        return new Options(optimizeFirst, verify, rules, tapeBudget, backend, strictMath);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Options that
                && optimizeFirst == that.optimizeFirst
                && verify == that.verify
                && Objects.equals(rules, that.rules)
                && tapeBudget == that.tapeBudget
                && backend == that.backend
                && strictMath == that.strictMath;
    }

    @Override
    public int hashCode() {
        return 31
                        * (31
                                        * (31
                                                        * (31
                                                                        * (31 * Boolean.hashCode(optimizeFirst)
                                                                                + Boolean.hashCode(verify))
                                                                + Objects.hashCode(rules))
                                                + Long.hashCode(tapeBudget))
                                + Objects.hashCode(backend))
                + Boolean.hashCode(strictMath);
    }
}
