package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of the table {@link ScalarRules}.
 *
 * @param name the operation, for messages
 * @param operands the names of the operands
 * @param formulas one for each operand, or none if {@code refusal} is there
 * @param refusal why the operation is not differentiated when an operand is active, or empty if it is
 */
public record ScalarRule(String name, List<String> operands, List<Formula> formulas, Optional<Refusal> refusal) {
    public ScalarRule {
        operands = List.copyOf(operands);
        formulas = List.copyOf(formulas);
    }

    static ScalarRule of(String name, String operands, String... formulas) {
        List<String> names = List.of(operands.split(", "));
        if (names.size() != formulas.length) {
            throw internal("the derivative rule of " + name + " has " + formulas.length + " formulas for " + names);
        }
        List<Formula> parsed = new ArrayList<>();
        for (String formula : formulas) {
            parsed.add(Formula.parse(formula, names));
        }
        return new ScalarRule(name, names, parsed, Optional.empty());
    }

    static ScalarRule refused(String name, String operands, Refusal refusal) {
        return new ScalarRule(name, List.of(operands.split(", ")), List.of(), Optional.of(refusal));
    }

    static JacobiException internal(String what) {
        return new JacobiException(Refusal.INTERNAL, what, null);
    }

    /** The derivative by an operand. */
    public Formula formula(int operand) {
        return formulas.get(operand);
    }

    /** Whether the result varies with this operand, jumps apart: its formula is not {@code 0}. */
    public boolean dependsOn(int operand) {
        return refusal.isPresent() || !formula(operand).isZero();
    }
}
