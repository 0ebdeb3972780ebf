package dev.jacobi.offload.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a place moves with each digit of the index of a loop. The digits are those of the index, which is not negative, in a number system of mixed radix: the digit {@code k} is
 * {@code index / worths[k] % (worths[k + 1] / worths[k])}, the last one {@code index / worths[k]}. Rounds have the same index if they have the same digits. With one digit, that is the index itself.
 *
 * @param worths products, the first of which is 1 and of which each divides the next
 * @param steps for each digit
 */
record Strides(List<Polynomial> worths, List<Polynomial> steps) {
    /**
     * Some of the digits of an index, as a number.
     *
     * @param worth a product, by which the index is divided
     * @param end a product that {@code worth} divides: the remainder by this is taken before; null if none is
     */
    record Digits(Polynomial worth, @Nullable Polynomial end) {
        static final Digits ALL = new Digits(Polynomial.ONE, null);

        /** What the number is divided by a product, or null if that is no number of the digits of one number system. */
        @Nullable
        Digits dividedBy(Polynomial product) {
            Polynomial next = worth.times(product);
            return end == null || end.dividedBy(next) != null ? new Digits(next, end) : null;
        }

        /** The remainder of the number by a product, or null. */
        @Nullable
        Digits remainderBy(Polynomial product) {
            Polynomial next = worth.times(product);
            if (end == null || end.dividedBy(next) != null) {
                return new Digits(worth, next);
            }
            return next.dividedBy(end) != null ? this : null;
        }
    }

    /** Those of a sum of some digits each times a step; null if they belong to no one number system. */
    static @Nullable Strides of(Map<Digits, Polynomial> summands) {
        List<Polynomial> ends = new ArrayList<>();
        summands.keySet().forEach(digits -> {
            ends.add(digits.worth());
            if (digits.end() != null) {
                ends.add(digits.end());
            }
        });
        List<Polynomial> worths = chain(ends);
        if (worths == null) {
            return null;
        }
        List<Polynomial> steps = new ArrayList<>();
        for (Polynomial worth : worths) {
            Polynomial step = Polynomial.ZERO;
            for (Map.Entry<Digits, Polynomial> summand : summands.entrySet()) {
                Digits digits = summand.getKey();
                int at = worths.indexOf(worth);
                boolean within = at >= worths.indexOf(digits.worth())
                        && (digits.end() == null || at < worths.indexOf(digits.end()));
                if (within) {
                    step = step.plus(summand.getValue().times(quotient(worth, digits.worth())));
                }
            }
            steps.add(step);
        }
        return new Strides(worths, List.copyOf(steps)).merged();
    }

    private static @Nullable List<Polynomial> chain(List<Polynomial> products) {
        TreeSet<Polynomial> sorted = new TreeSet<>(
                Polynomial.BY_SIZE.thenComparing(product -> product.terms().toString()));
        sorted.addAll(products);
        sorted.add(Polynomial.ONE);
        Polynomial before = Polynomial.ONE;
        for (Polynomial product : sorted) {
            if (product.dividedBy(before) == null) {
                return null;
            }
            before = product;
        }
        return List.copyOf(sorted);
    }

    private static Polynomial quotient(Polynomial product, Polynomial divisor) {
        Polynomial quotient = product.dividedBy(divisor);
        if (quotient == null) {
            throw new IllegalStateException(divisor + " does not divide " + product);
        }
        return quotient;
    }

    /** Two digits become one where the place moves as with one: {@code index / m * m + index % m} is the index. */
    private Strides merged() {
        List<Polynomial> left = new ArrayList<>(worths);
        List<Polynomial> moves = new ArrayList<>(steps);
        for (int digit = left.size() - 1; digit > 0; digit--) {
            Polynomial radix = quotient(left.get(digit), left.get(digit - 1));
            if (moves.get(digit).equals(moves.get(digit - 1).times(radix))) {
                left.remove(digit);
                moves.remove(digit);
            }
        }
        return new Strides(List.copyOf(left), List.copyOf(moves));
    }

    /** The number system in which both of two lists of worths are, or null. */
    static @Nullable List<Polynomial> common(List<Polynomial> one, List<Polynomial> other) {
        List<Polynomial> all = new ArrayList<>(one);
        all.addAll(other);
        return chain(all);
    }

    /** The same in a number system with more digits. */
    List<Polynomial> stepsIn(List<Polynomial> finer) {
        List<Polynomial> all = new ArrayList<>();
        int digit = 0;
        for (Polynomial worth : finer) {
            while (digit + 1 < worths.size() && finer.indexOf(worths.get(digit + 1)) <= finer.indexOf(worth)) {
                digit++;
            }
            all.add(steps.get(digit).times(quotient(worth, worths.get(digit))));
        }
        return List.copyOf(all);
    }

    /** What the place moves by with the index itself if that is all it depends on, or null. */
    @Nullable
    Polynomial ofIndex() {
        return worths.size() == 1 ? steps.getFirst() : null;
    }

    /** How many values a digit has; null for the last. */
    static @Nullable Polynomial extent(List<Polynomial> worths, int digit) {
        return digit + 1 < worths.size() ? quotient(worths.get(digit + 1), worths.get(digit)) : null;
    }
}
