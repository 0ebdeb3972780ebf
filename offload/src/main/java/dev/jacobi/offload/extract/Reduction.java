package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that a loop keeps from round to round, to which each round does one operation with something of its own, or nothing: the program lets rounds run
 * in any order, so the rounds may be cut into parts, and what the parts give put together by the same operation.
 *
 * @param parameter of the loop's header
 */
record Reduction(Value parameter, ReductionOperation operation) {
    /** What is done to a parameter of the header, or null if it is no reduction. */
    static @Nullable Reduction of(Value parameter, Value next, ParallelLoop loop) {
        Set<Value> states = new LinkedHashSet<>(Set.of(parameter));
        Deque<Value> open = new ArrayDeque<>(states);
        ReductionOperation operation = null;
        // What the value may have become at each place of a round.
        while (!open.isEmpty()) {
            Value state = open.pop();
            for (Block block : loop.region()) {
                for (Instruction instruction : block.instructions()) {
                    if (instruction.operands().contains(state) && instruction.result() != null) {
                        ReductionOperation found = ReductionOperation.of(instruction);
                        if (instruction.opCode() != OpCode.SELECT && found == null
                                || found != null && operation != null && found != operation) {
                            return null;
                        }
                        operation = found == null ? operation : found;
                        if (states.add(instruction.value())) {
                            open.add(instruction.value());
                        }
                    } else if (instruction.operands().contains(state)) {
                        return null;
                    }
                }
                for (Edge edge : block.edges()) {
                    Block target = edge.target();
                    if (target == loop.loop().header() || !loop.region().contains(target)) {
                        continue;
                    }
                    for (int index = 0; index < edge.arguments().size(); index++) {
                        if (edge.arguments().get(index) == state && states.add(target.parameter(index))) {
                            open.add(target.parameter(index));
                        }
                    }
                }
                if (block.terminator().operands().contains(state)) {
                    return null;
                }
            }
        }
        return operation != null
                        && states.contains(next)
                        && isClosed(states, loop)
                        && onlyGoesOn(states, parameter, next, loop)
                ? new Reduction(parameter, operation)
                : null;
    }

    /** Whether each state is made of just one other, and of nothing else that a round may have instead. */
    private static boolean isClosed(Set<Value> states, ParallelLoop loop) {
        for (Value state : states) {
            Instruction made = state.definition();
            if (made != null) {
                List<Value> operands = made.operands();
                boolean fine = made.opCode() == OpCode.SELECT
                        ? !states.contains(operands.get(0))
                                && states.contains(operands.get(1))
                                && states.contains(operands.get(2))
                        : states.contains(operands.get(0)) != states.contains(operands.get(1));
                if (!fine) {
                    return false;
                }
            } else if (state.parameterOf() != loop.loop().header()) {
                Block block = Objects.requireNonNull(state.parameterOf());
                int index = block.parameters().indexOf(state);
                for (Block from : loop.region()) {
                    for (Edge edge : from.edges()) {
                        if (edge.target() == block
                                && !states.contains(edge.arguments().get(index))) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    /** Whether the states are passed to the next round as this value only, and leave the loop as it begins a round. */
    private static boolean onlyGoesOn(Set<Value> states, Value parameter, Value next, ParallelLoop loop) {
        Block header = loop.loop().header();
        int own = header.parameters().indexOf(parameter);
        for (Block block : loop.region()) {
            for (Edge edge : block.edges()) {
                for (int index = 0; index < edge.arguments().size(); index++) {
                    if (!states.contains(edge.arguments().get(index))) {
                        continue;
                    }
                    boolean leaves = !loop.region().contains(edge.target());
                    boolean fine = leaves
                            ? block == header && edge.arguments().get(index) == parameter
                            : edge.target() != header
                                    || index == own && edge.arguments().get(index) == next;
                    if (!fine) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
