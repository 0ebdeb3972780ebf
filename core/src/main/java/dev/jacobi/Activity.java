package dev.jacobi;

/**
 * What a parameter is to a derivative. The names are those of Enzyme and of Rust's {@code std::autodiff}.
 *
 * <table>
 * <caption>Where each activity may stand</caption>
 * <tr><th>activity</th><th>mode</th><th>parameter</th><th>adds to the signature</th></tr>
 * <tr><td>{@link #CONST}</td><td>both</td><td>any</td><td>nothing</td></tr>
 * <tr><td>{@link #ACTIVE}</td><td>reverse</td><td>{@code double}, {@code float}</td><td>its adjoint to the result</td></tr>
 * <tr><td>{@link #DUPLICATED}, {@link #DUPLICATED_ONLY}</td><td>reverse</td><td>array of floating-point numbers, also nested</td>
 *     <td>its shadow right after it</td></tr>
 * <tr><td>{@link #DUAL}, {@link #DUAL_ONLY}</td><td>forward</td><td>floating-point number, or array of them, also nested</td>
 *     <td>its tangent right after it</td></tr>
 * </table>
 *
 * <p>Reverse mode <em>accumulates</em> into shadows ({@code +=}); forward mode <em>overwrites</em> the shadows of what the method writes.
 */
public enum Activity {
    /** Carries no derivative. If the method stores a value that carries one into such an array, Jacobi refuses. */
    CONST,
    /** A number whose adjoint is a result of the derivative. */
    ACTIVE,
    /** An array with its shadow, which receives the adjoint. */
    DUPLICATED,
    /** As {@link #DUPLICATED}; what the array itself holds after the call is of no interest. */
    DUPLICATED_ONLY,
    /** A number or array with its tangent. */
    DUAL,
    /** As {@link #DUAL}; what the array itself holds after the call is of no interest. */
    DUAL_ONLY;

    /** Whether a parameter with this activity carries a derivative. */
    public boolean isActive() {
        return this != CONST;
    }
}
