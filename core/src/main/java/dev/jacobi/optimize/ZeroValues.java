package dev.jacobi.optimize;

import dev.jacobi.analysis.Loop;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.SkipZeroAdjoints.Decision;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values of a loop, and before it, are zero if a decision was taken: the sides of selects, and sums and products of such. What a zero
 * is multiplied with may be infinite or NaN: it is the partial derivative of something that was not taken.
 */
final class ZeroValues {
    private final @Nullable Decision decision;
    private final Set<Value> zeros = new HashSet<>();

    /**
     * @param entry the way into the loop
     * @param before what may be zero before it
     */
    ZeroValues(Loop loop, Edge entry, Set<Instruction> before, Decision decision) {
        this.decision = decision;
        boolean more = true;
        while (more) {
            more = false;
            for (Instruction instruction : before) {
                more |= isZero(instruction) && zeros.add(instruction.value());
            }
        }
        Set<Value> known = Set.copyOf(zeros);
        Set<Value> refuted = new HashSet<>();
        do {
            zeros.clear();
            zeros.addAll(known);
            assume(loop, refuted);
        } while (refute(loop, entry, refuted));
    }

    /** @param parameter of the header, zero when a round begins; nothing is known of the others */
    ZeroValues(Loop loop, Value parameter) {
        decision = null;
        Set<Value> refuted = new HashSet<>(loop.header().parameters());
        refuted.remove(parameter);
        do {
            zeros.clear();
            assume(loop, refuted);
        } while (refute(loop, null, refuted));
    }

    /** Parameters are taken to be zero until an argument shows that they are not. */
    private void assume(Loop loop, Set<Value> refuted) {
        for (Block block : loop.blocks()) {
            block.parameters().stream()
                    .filter(parameter -> parameter.type().isFloatingPoint() && !refuted.contains(parameter))
                    .forEach(zeros::add);
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null && isZero(instruction)) {
                    zeros.add(instruction.value());
                }
            }
        }
    }

    private boolean refute(Loop loop, @Nullable Edge entry, Set<Value> refuted) {
        int count = refuted.size();
        if (entry != null) {
            refute(entry, refuted);
        }
        for (Block block : loop.blocks()) {
            block.edges().stream().filter(edge -> loop.contains(edge.target())).forEach(edge -> refute(edge, refuted));
        }
        return refuted.size() > count;
    }

    private void refute(Edge edge, Set<Value> refuted) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            if (!contains(edge.arguments().get(index))) {
                refuted.add(edge.target().parameter(index));
            }
        }
    }

    boolean contains(Value value) {
        return zeros.contains(value) || isZero(value);
    }

    static boolean isZero(Value value) {
        return Constants.isFloating(value, 0.0) || Constants.isFloating(value, -0.0);
    }

    private boolean isZero(Instruction instruction) {
        if (instruction.result() == null || !instruction.value().type().isFloatingPoint()) {
            return false;
        }
        return switch (instruction.opCode()) {
            case NEG -> contains(instruction.operand(0));
            case CONVERT -> instruction.operand(0).type().isFloatingPoint() && contains(instruction.operand(0));
            case MUL -> contains(instruction.operand(0)) || contains(instruction.operand(1));
            case DIV -> contains(instruction.operand(0));
            case ADD, SUB -> contains(instruction.operand(0)) && contains(instruction.operand(1));
            case SELECT -> {
                yield decision != null && instruction.operand(0) == decision.condition()
                        ? contains(instruction.operand(decision.truth() ? 1 : 2))
                        : contains(instruction.operand(1)) && contains(instruction.operand(2));
            }
            default -> false;
        };
    }
}
