package dev.jacobi.llvm;

/**
 * How native code is made. Immutable; start from {@link #DEFAULT}.
 *
 * @param strictMath whether {@code Math.exp} and the other functions for which HotSpot has code of its own may be computed as
 *     {@code StrictMath} does, which is within the one ulp that {@code Math} promises, but not always what {@code Math} gives on this JVM. If not,
 *     code that calls them is refused
 */
public record NativeOptions(boolean strictMath) {
    /** The same bits as the JVM, or a refusal. */
    public static final NativeOptions DEFAULT = new NativeOptions(false);

    public NativeOptions withStrictMath(boolean allowed) {
        return new NativeOptions(allowed);
    }
}
