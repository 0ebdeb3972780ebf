package dev.jacobi.offload.extract;

import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A polynomial over ints that are the same in all rounds of a loop, computed as whole numbers. Ints that the program computes by additions, subtractions and multiplications are congruent to it modulo 2^32. A value that is an
 * array stands for its length.
 *
 * <p>Operations throw an {@link ArithmeticException} if a coefficient does not fit in a long or there are more than {@value #MOST_TERMS} terms.
 *
 * @param terms the coefficient of each product of values, these in the order of their numbers; no coefficient is 0
 */
record Polynomial(Map<List<Value>, Long> terms) {
    private static final int MOST_TERMS = 24;

    static final Polynomial ZERO = new Polynomial(Map.of());
    static final Polynomial ONE = constant(1);

    static Polynomial constant(long number) {
        return number == 0 ? ZERO : new Polynomial(Map.of(List.of(), number));
    }

    static Polynomial of(Value value) {
        return new Polynomial(Map.of(List.of(value), 1L));
    }

    Polynomial plus(Polynomial other) {
        Map<List<Value>, Long> sum = new HashMap<>(terms);
        other.terms.forEach((factors, times) -> add(sum, factors, times));
        return of(sum);
    }

    Polynomial minus(Polynomial other) {
        return plus(other.times(constant(-1)));
    }

    Polynomial times(Polynomial other) {
        Map<List<Value>, Long> product = new HashMap<>();
        terms.forEach((factors, times) -> other.terms.forEach((otherFactors, otherTimes) -> {
            List<Value> all = new ArrayList<>(factors);
            all.addAll(otherFactors);
            all.sort(Comparator.comparingInt(Value::id));
            add(product, List.copyOf(all), Math.multiplyExact(times, otherTimes));
        }));
        return of(product);
    }

    private static void add(Map<List<Value>, Long> sum, List<Value> factors, long times) {
        sum.merge(factors, times, Math::addExact);
    }

    private static Polynomial of(Map<List<Value>, Long> sum) {
        sum.values().removeIf(times -> times == 0);
        if (sum.size() > MOST_TERMS) {
            throw new ArithmeticException("a polynomial with too many terms");
        }
        return new Polynomial(Map.copyOf(sum));
    }

    boolean isZero() {
        return terms.isEmpty();
    }

    /** The number that it is whatever its values are, or null. */
    @Nullable
    Long number() {
        return terms.isEmpty() ? Long.valueOf(0) : terms.size() == 1 ? terms.get(List.of()) : null;
    }

    /** Whether it is at least 1 if no value is negative; null if that depends on the values. */
    @Nullable
    Boolean isPositive() {
        Long number = number();
        if (number != null) {
            return number > 0;
        }
        boolean rises = terms.values().stream().allMatch(times -> times > 0) && terms.containsKey(List.of());
        return rises ? true : null;
    }

    /** Whether it is a product of values with a positive coefficient. */
    boolean isProduct() {
        return terms.size() == 1 && terms.values().iterator().next() > 0;
    }

    /** How many values a product has, and its coefficient: what another divides comes after it. */
    static final Comparator<Polynomial> BY_SIZE = Comparator.<Polynomial>comparingInt(
                    product -> product.terms.keySet().iterator().next().size())
            .thenComparingLong(product -> product.terms.values().iterator().next());

    /** What is left of a sum of products divided by a product, or null if that does not divide it. */
    @Nullable
    Polynomial dividedBy(Polynomial product) {
        List<Value> divisor = product.terms.keySet().iterator().next();
        long number = product.terms.values().iterator().next();
        Map<List<Value>, Long> quotient = new HashMap<>();
        for (Map.Entry<List<Value>, Long> term : terms.entrySet()) {
            List<Value> left = new ArrayList<>(term.getKey());
            for (Value value : divisor) {
                if (!left.remove(value)) {
                    return null;
                }
            }
            if (term.getValue() % number != 0) {
                return null;
            }
            quotient.put(List.copyOf(left), term.getValue() / number);
        }
        return of(quotient);
    }

    /** Of a product or its opposite, what is positive if its values are; else itself. */
    Polynomial size() {
        return terms.size() == 1 && terms.values().iterator().next() < 0 ? ZERO.minus(this) : this;
    }

    Set<Value> values() {
        Set<Value> values = new LinkedHashSet<>();
        terms.keySet().forEach(values::addAll);
        return values;
    }
}
