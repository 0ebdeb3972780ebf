package dev.jacobi.llvm;

/**
 * How native code is made. Immutable; start from {@link #DEFAULT}.
 *
 * @param strictMath whether {@code Math.exp} and the other functions for which HotSpot has code of its own may be computed as
 *     {@code StrictMath} does, which is within the one ulp that {@code Math} promises, but not always what {@code Math} gives on this JVM. If not,
 *     code that calls them is refused
 * @param vectorMath whether they may be computed by the JDK's library for its Vector API where it has them, which is within the same one ulp; {@code StrictMath.exp} and so
 *     on never are
 * @param wide whether loops may take eight numbers at once where the processor has AVX-512. Functions of {@code vectorMath} have other bits then, for single numbers too, which take up to a third longer: for code
 *     that does nearly everything in such loops
 */
public record NativeOptions(boolean strictMath, boolean vectorMath, boolean wide) {
    /** The same bits as the JVM, or a refusal. */
    public static final NativeOptions DEFAULT = new NativeOptions(false, false, false);

    public NativeOptions withStrictMath(boolean allowed) {
        return new NativeOptions(allowed, vectorMath, wide);
    }

    public NativeOptions withVectorMath(boolean allowed) {
        return new NativeOptions(strictMath, allowed, wide);
    }

    public NativeOptions withWide(boolean allowed) {
        return new NativeOptions(strictMath, vectorMath, allowed);
    }
}
