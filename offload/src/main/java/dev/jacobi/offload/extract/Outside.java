package dev.jacobi.offload.extract;

import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a loop uses from outside, in the order of the parameters of its kernel, and what is asked of it before a launch. */
record Outside(List<Value> values) {
    /**
     * Values that polynomials need and that are not there yet. Of an array that is not there its length is, by whatever has asked for it.
     *
     * @param lengths for arrays, a value outside of the loop which is the length
     */
    static Outside of(List<Value> used, List<Polynomial> asked, Map<Value, Value> lengths) {
        Set<Value> all = new LinkedHashSet<>(used);
        for (Polynomial polynomial : asked) {
            for (Value value : polynomial.values()) {
                if (!all.contains(value)) {
                    all.add(lengths.getOrDefault(value, value));
                }
            }
        }
        return new Outside(List.copyOf(all));
    }

    int indexOf(Value value) {
        return values.indexOf(value);
    }

    private int parameter(Value value) {
        int number = values.indexOf(value);
        for (int index = 0; number < 0 && index < values.size(); index++) {
            Value other = values.get(index);
            if (other.isResultOf(OpCode.ARRAY_LENGTH) && other.definition().operand(0) == value) {
                number = index;
            }
        }
        if (number < 0) {
            throw new IllegalStateException(value + " is not known at the launch");
        }
        return number;
    }

    Formula formula(Polynomial polynomial) {
        List<Formula.Term> terms = new ArrayList<>();
        polynomial.terms().forEach((factors, times) -> {
            if (!factors.isEmpty()) {
                terms.add(new Formula.Term(factors.stream().map(this::parameter).toList(), times));
            }
        });
        terms.sort(Comparator.comparing(term -> term.parameters().toString()));
        return new Formula(List.copyOf(terms), polynomial.terms().getOrDefault(List.of(), 0L));
    }
}
