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
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which values the reverse sweep may compute a second time, from which others, and how: cheap operations without effect, loads from
 * memory that keeps what it holds, and what grows by the same amount in each iteration of a loop or {@linkplain Alternation alternates}.
 */
final class Recomputation {
    /** Operations that cost at least as much as storing and loading a number are done once. */
    private static final int COST_LIMIT = 10;

    private final ReverseFlow flow;
    private final LoopCounters counters;
    private final Overwrites overwrites;

    Recomputation(ReverseFlow flow, LoopCounters counters, Overwrites overwrites) {
        this.flow = flow;
        this.counters = counters;
        this.overwrites = overwrites;
    }

    /** What a value can be computed from in the reverse sweep, or empty if it cannot. */
    Optional<List<Value>> operands(Value value) {
        Instruction definition = value.definition();
        if (definition != null) {
            return isRepeatable(definition) ? Optional.of(definition.operands()) : Optional.empty();
        }
        Alternation alternation = Alternation.of(value, flow, counters);
        if (alternation != null) {
            return Optional.of(alternation.operands());
        }
        Linear linear = linear(value);
        return linear == null
                ? Optional.empty()
                : Optional.of(List.of(
                        linear.initial(),
                        linear.increment(),
                        linear.counter().value(),
                        linear.counter().initial()));
    }

    /**
     * Emits the computation.
     *
     * @param primal gives the values of {@link #operands}
     */
    Value emit(Value value, Emitter emitter, UnaryOperator<Value> primal) {
        Instruction definition = value.definition();
        if (definition == null) {
            Alternation alternation = Alternation.of(value, flow, counters);
            if (alternation != null) {
                return alternation.emit(emitter, primal);
            }
            Linear linear = linear(value);
            if (linear == null) {
                throw Refusals.internal(value + " cannot be computed again");
            }
            return emit(linear, value.type(), emitter, primal);
        }
        Instruction again = emitter.at(definition.position())
                .emit(
                        definition.opCode(),
                        definition.attribute(),
                        definition.operands().stream().map(primal).toList());
        again.setProved(true);
        return again.value();
    }

    private boolean isRepeatable(Instruction instruction) {
        return switch (instruction.opCode().effect()) {
            case PURE ->
                instruction.opCode() == MATH
                        ? isCheap(instruction)
                        : instruction.opCode().cost() < COST_LIMIT;
            case READ ->
                (instruction.opCode() == ARRAY_LOAD || instruction.opCode() == GET_FIELD)
                        && overwrites.keepsElement(instruction);
            case WRITE, ALLOCATE, CALL -> false;
        };
    }

    private static boolean isCheap(Instruction instruction) {
        return switch (instruction.math().function()) {
            case ABS, MIN, MAX, FLOOR, CEIL, RINT, SIGNUM, COPY_SIGN, TO_RADIANS, TO_DEGREES, RAW_BITS, FROM_BITS ->
                true;
            default -> false;
        };
    }

    /** A parameter of a loop's header that grows by {@code increment} (or shrinks, if it {@code falls}) in each iteration. */
    private record Linear(Value initial, Value increment, boolean falls, Counter counter) {}

    private @Nullable Linear linear(Value value) {
        Block header = value.parameterOf();
        Loop loop = header == null ? null : flow.loopForest().loopOf(header);
        if (loop == null
                || loop.header() != header
                || !flow.isReversed(loop)
                || value.type().isFloatingPoint()) {
            return null;
        }
        Block latch = loop.latch();
        Block preheader = loop.preheader();
        if (latch == null || preheader == null) {
            return null;
        }
        int index = header.parameters().indexOf(value);
        Value initial = ReverseFlow.edge(preheader, header).arguments().get(index);
        Value next = ReverseFlow.edge(latch, header).arguments().get(index);
        Instruction step = next.definition();
        if (step == null || step.opCode() != ADD && step.opCode() != SUB) {
            return null;
        }
        Value increment = step.operand(1);
        if (step.operand(0) != value) {
            if (step.opCode() == SUB || step.operand(1) != value) {
                return null;
            }
            increment = step.operand(0);
        }
        boolean constant = increment.isResultOf(CONSTANT);
        return constant || !loop.contains(increment.block())
                ? new Linear(initial, increment, step.opCode() == SUB, counters.of(loop))
                : null;
    }

    private static Value emit(Linear linear, Type type, Emitter emitter, UnaryOperator<Value> primal) {
        Value now = primal.apply(linear.counter().value());
        Value then = linear.counter().initial();
        Value trips = now;
        if (linear.counter().step() < 0) {
            trips = emitter.value(SUB, null, primal.apply(then), now);
        } else if (!isZero(then)) {
            trips = emitter.value(SUB, null, now, primal.apply(then));
        }
        if (!trips.type().equals(type)) {
            trips = emitter.value(CONVERT, type.equals(Type.INT) ? ConstantDescs.CD_int : ConstantDescs.CD_long, trips);
        }
        Value growth =
                isOne(linear.increment()) ? trips : emitter.value(MUL, null, trips, primal.apply(linear.increment()));
        OpCode opCode = linear.falls() ? SUB : ADD;
        return emitter.value(opCode, null, primal.apply(linear.initial()), growth);
    }

    private static boolean isZero(Value value) {
        return Constants.isInteger(value, 0);
    }

    private static boolean isOne(Value value) {
        return Constants.isInteger(value, 1);
    }
}
