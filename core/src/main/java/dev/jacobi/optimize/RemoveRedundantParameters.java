package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import dev.jacobi.ir.ValueSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Removes block parameters that are always the same value, and those that nothing uses, both also where parameters only feed each
 * other round a cycle.
 *
 * <p>Parameters of the entry and exceptions given to handlers stay. Unreachable blocks must be gone: an edge from one counts.
 */
public final class RemoveRedundantParameters {
    private RemoveRedundantParameters() {}

    public static boolean run(Function function) {
        boolean changed = false;
        PassedValues passed = PassedValues.besidesExceptions(function);
        if (passed.parameters().isEmpty()) {
            return false;
        }
        ValueMap<List<Value>> feeds = feeds(passed);
        if (replaceTrivial(function, passed, feeds)) {
            changed = true;
            passed = PassedValues.besidesExceptions(function);
            feeds = feeds(passed);
        }
        if (replaceSame(function, passed, feeds)) {
            changed = true;
            passed = PassedValues.besidesExceptions(function);
        }
        return removeUnused(function, passed) || changed;
    }

    /**
     * Pessimistic: a parameter that gets one value besides itself is that value. Complete for loops with one entry each, in one go
     * from the inside to the outside; what is left to {@link #replaceSame} are parameters that feed each other in other ways.
     *
     * @param feeds changed only if something is replaced
     */
    private static boolean replaceTrivial(Function function, PassedValues passed, ValueMap<List<Value>> feeds) {
        ValueMap<Value> standsFor = new ValueMap<>();
        Map<Value, Value> replaced = new LinkedHashMap<>();
        Deque<Value> open = new ArrayDeque<>(passed.parameters());
        ValueSet isOpen = new ValueSet();
        for (Value parameter : open) {
            isOpen.add(parameter);
        }
        while (!open.isEmpty()) {
            Value parameter = open.removeFirst();
            isOpen.remove(parameter);
            Value only = onlyOther(parameter, passed.to(parameter), standsFor);
            if (only == null) {
                continue;
            }
            standsFor.put(parameter, only);
            replaced.put(parameter, only);
            List<Value> fedByParameter = feeds.getOrDefault(parameter, List.of());
            if (passed.isPassed(only)) {
                Multimaps.list(feeds, only).addAll(fedByParameter);
            }
            for (Value fed : fedByParameter) {
                if (!standsFor.containsKey(fed) && isOpen.add(fed)) {
                    open.addLast(fed);
                }
            }
        }
        return replace(function, replaced);
    }

    private static boolean replace(Function function, Map<Value, Value> replaced) {
        if (replaced.isEmpty()) {
            return false;
        }
        Parameters.remove(function, replaced.keySet());
        function.replaceValues(replaced);
        return true;
    }

    private static @Nullable Value onlyOther(Value parameter, List<Value> arguments, ValueMap<Value> standsFor) {
        Value only = null;
        for (int index = 0; index < arguments.size(); index++) {
            Value value = arguments.get(index);
            for (Value next = standsFor.get(value); next != null; next = standsFor.get(value)) {
                value = next;
            }
            if (value != parameter && value != only) {
                if (only != null) {
                    return null;
                }
                only = value;
            }
        }
        return only;
    }

    /**
     * Optimistic: a parameter stands for the one value passed to it, parameters that stand for something counting as that; it stands
     * for itself as soon as two values are passed.
     */
    private static boolean replaceSame(Function function, PassedValues passed, ValueMap<List<Value>> feeds) {
        ValueMap<Value> standsFor = new ValueMap<>();
        Deque<Value> open = new ArrayDeque<>(passed.parameters());
        ValueSet isOpen = new ValueSet();
        for (Value parameter : open) {
            isOpen.add(parameter);
        }
        while (!open.isEmpty()) {
            Value parameter = open.removeFirst();
            isOpen.remove(parameter);
            Value before = standsFor.get(parameter);
            if (before == parameter) {
                continue;
            }
            Value meet = meet(parameter, passed, standsFor);
            if (meet != null && meet != before) {
                standsFor.put(parameter, meet);
                for (Value fed : feeds.getOrDefault(parameter, List.of())) {
                    if (isOpen.add(fed)) {
                        open.addLast(fed);
                    }
                }
            }
        }
        Map<Value, Value> replaced = new LinkedHashMap<>();
        for (Value parameter : passed.parameters()) {
            Value other = standsFor.get(parameter);
            if (other != null && other != parameter) {
                replaced.put(parameter, other);
            }
        }
        return replace(function, replaced);
    }

    private static @Nullable Value meet(Value parameter, PassedValues passed, ValueMap<Value> standsFor) {
        Value meet = null;
        List<Value> arguments = passed.to(parameter);
        for (int index = 0; index < arguments.size(); index++) {
            Value argument = arguments.get(index);
            Value value = passed.isPassed(argument) ? standsFor.get(argument) : argument;
            if (value == null || value == meet) {
                continue;
            }
            if (meet != null) {
                return parameter;
            }
            meet = value;
        }
        return meet;
    }

    /** For each parameter those that it is passed to. */
    private static ValueMap<List<Value>> feeds(PassedValues passed) {
        ValueMap<List<Value>> feeds = new ValueMap<>();
        for (Value parameter : passed.parameters()) {
            for (Value argument : passed.to(parameter)) {
                if (passed.isPassed(argument)) {
                    Multimaps.list(feeds, argument).add(parameter);
                }
            }
        }
        return feeds;
    }

    private static boolean removeUnused(Function function, PassedValues passed) {
        if (passed.parameters().isEmpty()) {
            return false;
        }
        ValueSet used = new ValueSet();
        List<Value> open = new ArrayList<>();
        Consumer<Value> use = value -> {
            if (passed.isPassed(value) && used.add(value)) {
                open.add(value);
            }
        };
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                List<Value> operands = instruction.operands();
                for (int index = 0; index < operands.size(); index++) {
                    Value operand = operands.get(index);
                    if (operand.parameterOf() != null) {
                        use.accept(operand);
                    }
                }
            }
            block.terminator().operands().forEach(use);
            Parameters.forEachPassed(block, (parameter, argument) -> {
                if (!passed.isPassed(parameter)) {
                    use.accept(argument);
                }
            });
        }
        while (!open.isEmpty()) {
            passed.to(open.removeLast()).forEach(use);
        }
        List<Value> unused = new ArrayList<>();
        for (Value parameter : passed.parameters()) {
            if (!used.contains(parameter)) {
                unused.add(parameter);
            }
        }
        Parameters.remove(function, unused);
        return !unused.isEmpty();
    }
}
