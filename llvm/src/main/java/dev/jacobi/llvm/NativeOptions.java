package dev.jacobi.llvm;

/**
 * How native code is made. Immutable; start from {@link #DEFAULT}.
 *
 * @param strictMath whether {@code Math.exp} and the other functions for which HotSpot has code of its own may be computed as
 *     {@code StrictMath} does, which is within the one ulp that {@code Math} promises, but not always what {@code Math} gives on this JVM. If not,
 *     code that calls them is refused
 * @param vectorMath whether they may be computed by the JDK's library for its Vector API where it has them, which is within the same one ulp; {@code StrictMath.exp} and so
 *     on never are
 */
public record NativeOptions(boolean strictMath, boolean vectorMath) {
    /** The same bits as the JVM, or a refusal. */
    public static final NativeOptions DEFAULT = new NativeOptions(false, false);

    public NativeOptions withStrictMath(boolean allowed) {
        return new NativeOptions(allowed, vectorMath);
    }

    public NativeOptions withVectorMath(boolean allowed) {
        return new NativeOptions(strictMath, allowed);
    }
}
