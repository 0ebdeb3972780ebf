package dev.jacobi.optimize;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What follows from a comparison that is known to hold, or not to hold. */
final class ComparisonFacts {
    /** A comparison in its normal form: eq and ne with operands in the order of their numbers, lt and le, never gt and ge. */
    record Comparison(OpCode opCode, Value left, Value right) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Comparison that
                    && opCode == that.opCode
                    && left == that.left
                    && right == that.right;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * opCode.name().hashCode() + left.hashCode()) + right.hashCode();
        }
    }

    private ComparisonFacts() {}

    static Comparison normal(OpCode opCode, Value left, Value right) {
        return switch (opCode) {
            case GT -> new Comparison(OpCode.LT, right, left);
            case GE -> new Comparison(OpCode.LE, right, left);
            case EQ, NE ->
                left.id() <= right.id() ? new Comparison(opCode, left, right) : new Comparison(opCode, right, left);
            default -> new Comparison(opCode, left, right);
        };
    }

    static Comparison normal(Instruction instruction) {
        return normal(instruction.opCode(), instruction.operand(0), instruction.operand(1));
    }

    /** Gives every comparison of the same operands that is decided if {@code comparison} is {@code truth}. NaN makes all but ne false. */
    static void derive(Comparison comparison, boolean truth, BiConsumer<Comparison, Boolean> facts) {
        Value a = comparison.left();
        Value b = comparison.right();
        boolean ordered = !a.type().isFloatingPoint();
        switch (comparison.opCode()) {
            case EQ, NE -> {
                boolean equal = truth == (comparison.opCode() == OpCode.EQ);
                facts.accept(normal(OpCode.EQ, a, b), equal);
                facts.accept(normal(OpCode.NE, a, b), !equal);
                if (equal) {
                    facts.accept(normal(OpCode.LE, a, b), true);
                    facts.accept(normal(OpCode.LE, b, a), true);
                    facts.accept(normal(OpCode.LT, a, b), false);
                    facts.accept(normal(OpCode.LT, b, a), false);
                }
            }
            case LT -> {
                if (truth) {
                    less(a, b, facts);
                } else {
                    facts.accept(comparison, false);
                    if (ordered) {
                        facts.accept(normal(OpCode.LE, b, a), true);
                    }
                }
            }
            case LE -> {
                facts.accept(comparison, truth);
                if (truth) {
                    facts.accept(normal(OpCode.LT, b, a), false);
                } else if (ordered) {
                    less(b, a, facts);
                } else {
                    facts.accept(normal(OpCode.LT, a, b), false);
                    facts.accept(normal(OpCode.EQ, a, b), false);
                    facts.accept(normal(OpCode.NE, a, b), true);
                }
            }
            default -> {}
        }
    }

    private static void less(Value a, Value b, BiConsumer<Comparison, Boolean> facts) {
        facts.accept(normal(OpCode.LT, a, b), true);
        facts.accept(normal(OpCode.LE, a, b), true);
        facts.accept(normal(OpCode.LT, b, a), false);
        facts.accept(normal(OpCode.LE, b, a), false);
        facts.accept(normal(OpCode.EQ, a, b), false);
        facts.accept(normal(OpCode.NE, a, b), true);
    }
}
