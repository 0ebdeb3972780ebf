package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a loop's header that has one of two values by turns, since each iteration undoes what the one before did: {@code s = -s},
 * {@code s = c - s} and {@code s = s ^ c} of integers, {@code s = !s}. Which of them it is tells whether the number of iterations is even.
 *
 * @param other the operand {@code c}, or null if there is none
 */
record Alternation(
        Value initial, Instruction step, @Nullable Value other, Counter counter) {

    /** What the value is, or null if it is no such parameter. */
    static @Nullable Alternation of(Value value, ReverseFlow flow, LoopCounters counters) {
        Block header = value.parameterOf();
        Loop loop = header == null ? null : flow.loopForest().loopOf(header);
        if (loop == null || loop.header() != header || !flow.isReversed(loop)) {
            return null;
        }
        Block latch = loop.latch();
        Block preheader = loop.preheader();
        if (latch == null || preheader == null) {
            return null;
        }
        int index = header.parameters().indexOf(value);
        Value initial = ReverseFlow.edge(preheader, header).arguments().get(index);
        Instruction step =
                ReverseFlow.edge(latch, header).arguments().get(index).definition();
        if (step == null || !step.operands().contains(value)) {
            return null;
        }
        boolean integer = value.type().equals(Type.INT) || value.type().equals(Type.LONG);
        return switch (step.opCode()) {
            case NEG -> new Alternation(initial, step, null, counters.of(loop));
            case SUB, XOR -> {
                Value other = step.operand(step.operand(0) == value ? 1 : 0);
                boolean undone = step.opCode() == XOR || step.operand(1) == value;
                yield integer && undone && other != value && isInvariant(other, loop)
                        ? new Alternation(initial, step, other, counters.of(loop))
                        : null;
            }
            case EQ -> {
                Value other = step.operand(1);
                boolean truth = Constants.isInt(initial, 0) || Constants.isInt(initial, 1);
                yield truth && step.operand(0) == value && Constants.isInt(other, 0)
                        ? new Alternation(initial, step, other, counters.of(loop))
                        : null;
            }
            default -> null;
        };
    }

    private static boolean isInvariant(Value value, Loop loop) {
        return Constants.isConstant(value) || !loop.contains(value.block());
    }

    /** What it is computed from. */
    List<Value> operands() {
        return other == null
                ? List.of(initial, counter.value(), counter.initial())
                : List.of(initial, counter.value(), counter.initial(), other);
    }

    /**
     * Emits the computation.
     *
     * @param primal gives the values of {@link #operands}
     */
    Value emit(Emitter emitter, UnaryOperator<Value> primal) {
        Value now = primal.apply(counter.value());
        Value apart = Constants.isInteger(counter.initial(), 0)
                ? now
                : emitter.value(SUB, null, now, primal.apply(counter.initial()));
        Value odd = emitter.value(AND, null, apart, emitter.constant(now.type(), 1));
        if (!odd.type().equals(Type.INT)) {
            odd = emitter.value(NE, null, odd, emitter.constant(odd.type(), 0));
        }
        Value first = primal.apply(initial);
        OpCode opCode = step.opCode();
        Value parameter = step.operand(step.operand(0) == other ? 1 : 0);
        List<Value> operands = step.operands().stream()
                .map(operand -> operand == parameter ? first : primal.apply(operand))
                .toList();
        Value second = emitter.emit(opCode, step.attribute(), operands).value();
        return emitter.value(SELECT, null, odd, second, first);
    }
}
