package dev.jacobi.offload.extract;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A whole number that is known when a loop is launched: a sum of products of what the loop uses from outside.
 *
 * @param terms each a product, without those of no factors
 * @param offset what is added
 */
public record Formula(List<Term> terms, long offset) {
    /** Ints from outside by their numbers, or arrays, which stand for their lengths, times a constant. */
    public record Term(List<Integer> parameters, long times) {}

    /**
     * Its value.
     *
     * @param parameters the values of ints, and lengths of arrays, among the arguments
     * @throws ArithmeticException if it does not fit in a long
     */
    public long value(IntUnaryOperator parameters) {
        long sum = offset;
        for (Term term : terms) {
            long product = term.times();
            for (int parameter : term.parameters()) {
                product = Math.multiplyExact(product, parameters.applyAsInt(parameter));
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }
}
