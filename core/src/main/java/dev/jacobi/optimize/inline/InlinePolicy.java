package dev.jacobi.optimize.inline;

import dev.jacobi.ir.References.MethodReference;
import java.util.function.Predicate;

/**
 * How much is inlined.
 *
 * @param budget the number of instructions that a function may grow to, those counted that are optimised away again
 * @param numbersBudget the same for calls that pass nothing but numbers, and so lose little if they stay
 * @param calleeSize the number of instructions that a method may have to be inlined
 * @param depth how many calls deep inlining goes
 * @param recursion how often one method may be inside itself when it is given a lambda or another object that is known, so that it need not
 *     be the same work again
 * @param selfSize the number of instructions that any other method that calls itself may have to be inlined into itself, once: half of
 *     the calls of a derivative, and of what they hand over on the tape, go that way
 * @param recursionBudget how many instructions that may add: where recursion does not end by constants, it would fill the whole budget
 * @param everything true where calls cannot stay, as in code that is differentiated: then members that only method handles can reach
 *     are no obstacle, and constructors of objects are inlined in the hope that the objects are replaced by their fields; false
 *     where inlining must only pay
 * @param nested knows the code of derivatives that are called
 * @param kept methods whose calls stay whatever their size, for example because a derivative is registered for them
 */
public record InlinePolicy(
        int budget,
        int numbersBudget,
        int calleeSize,
        int depth,
        int recursion,
        int selfSize,
        int recursionBudget,
        boolean everything,
        Predicate<MethodReference> kept,
        NestedDerivatives nested) {

    /** For code that is only compiled again: what costs no more than the call. HotSpot inlines the rest where it pays. */
    public static InlinePolicy forRecompilation() {
        return new InlinePolicy(2_000, 2_000, 24, 6, 0, 0, 0, false, _ -> false, NestedDerivatives.NONE);
    }

    /** For code that is differentiated: all calls that can be followed. */
    public static InlinePolicy forDifferentiation() {
        return new InlinePolicy(20_000, 1_000, 8_000, 48, 6, 100, 2_000, true, _ -> false, NestedDerivatives.NONE);
    }

    /** This policy, but calls of these methods stay too. */
    public InlinePolicy keeping(Predicate<MethodReference> methods) {
        return new InlinePolicy(
                budget,
                numbersBudget,
                calleeSize,
                depth,
                recursion,
                selfSize,
                recursionBudget,
                everything,
                kept.or(methods),
                nested);
    }

    /** This policy, with calls that pass nothing but numbers no longer left alone. */
    public InlinePolicy withNumbers() {
        return new InlinePolicy(
                budget, budget, calleeSize, depth, recursion, selfSize, recursionBudget, everything, kept, nested);
    }

    /** This policy, with calls of derivatives replaced by their code. */
    public InlinePolicy nesting(NestedDerivatives derivatives) {
        return new InlinePolicy(
                budget,
                numbersBudget,
                calleeSize,
                depth,
                recursion,
                selfSize,
                recursionBudget,
                everything,
                kept,
                derivatives);
    }
}
