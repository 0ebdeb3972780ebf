package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where references come from: for each value the values that it may be a copy of, through casts, selections and block parameters. An
 * origin is a parameter of the function, an allocation, a load, the result of a call, a constant, or a caught exception.
 */
public final class Origins {
    /** A value with more origins than this counts as an origin of its own that may be anything. */
    private static final int LIMIT = 8;

    private final ValueMap<Set<Value>> origins = new ValueMap<>();
    private final ValueSet unknown = new ValueSet();
    private final ValueSet lost = new ValueSet();

    private Origins(Function function) {
        Deque<Value> open = new ArrayDeque<>();
        ValueMap<List<Value>> copies = new ValueMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() == null || !instruction.value().type().isReference()) {
                    continue;
                }
                Value result = instruction.value();
                if (instruction.opCode() == OpCode.CHECK_CAST) {
                    copy(instruction.operand(0), result, copies);
                } else if (instruction.opCode() == OpCode.SELECT) {
                    copy(instruction.operand(1), result, copies);
                    copy(instruction.operand(2), result, copies);
                } else {
                    add(result, Set.of(result), open);
                }
            }
            for (Edge edge : block.terminator().edges()) {
                pass(edge, 0, copies);
            }
            for (Handler handler : block.handlers()) {
                pass(handler.edge(), 1, copies);
                Value exception = handler.edge().target().parameter(0);
                add(exception, Set.of(exception), open);
            }
        }
        for (Value parameter : function.parameters()) {
            if (parameter.type().isReference()) {
                add(parameter, Set.of(parameter), open);
            }
        }
        while (!open.isEmpty()) {
            Value value = open.removeFirst();
            for (Value copy : copies.getOrDefault(value, List.of())) {
                add(copy, origins.get(value), open);
                if (unknown.contains(value) && !unknown.contains(copy)) {
                    makeUnknown(copy, open);
                }
            }
        }
    }

    private static void pass(Edge edge, int offset, ValueMap<List<Value>> copies) {
        List<Value> arguments = edge.arguments();
        for (int index = 0; index < arguments.size(); index++) {
            Value argument = arguments.get(index);
            if (argument.type().isReference()) {
                copy(argument, edge.target().parameter(index + offset), copies);
            }
        }
    }

    private static void copy(Value from, Value to, ValueMap<List<Value>> copies) {
        Multimaps.list(copies, from).add(to);
    }

    private void add(Value value, Set<Value> more, Deque<Value> open) {
        Set<Value> here = origins.get(value);
        if (here == null) {
            // Most values have one origin, and many of them the same.
            origins.put(value, more.size() == 1 ? more : new LinkedHashSet<>(more));
            if (more.size() > LIMIT) {
                makeUnknown(value, open);
            } else {
                open.addLast(value);
            }
            return;
        }
        if (unknown.contains(value)) {
            more.forEach(lost::add);
            return;
        }
        if (here.containsAll(more)) {
            return;
        }
        if (here.size() == 1) {
            here = new LinkedHashSet<>(here);
            origins.put(value, here);
        }
        here.addAll(more);
        if (here.size() > LIMIT) {
            makeUnknown(value, open);
        } else {
            open.addLast(value);
        }
    }

    private void makeUnknown(Value value, Deque<Value> open) {
        unknown.add(value);
        origins.getOrDefault(value, Set.of()).forEach(lost::add);
        open.addLast(value);
    }

    public static Origins of(Function function) {
        return new Origins(function);
    }

    /** The origins of a reference. If {@link #isComplete} is false, there may be others. */
    public Set<Value> of(Value value) {
        return origins.getOrDefault(value, Set.of());
    }

    /** Whether the value is for certain one of its {@link #of origins}. */
    public boolean isComplete(Value value) {
        return !unknown.contains(value) && origins.containsKey(value);
    }

    /** Whether some value may be a copy of this origin without listing it. */
    public boolean isLost(Value origin) {
        return lost.contains(origin);
    }
}
