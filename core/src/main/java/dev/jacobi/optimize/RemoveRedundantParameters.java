package dev.jacobi.optimize;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        Map<Value, List<Value>> passed = passed(function);
        Map<Value, List<Value>> feeds = feeds(passed);
        if (replaceTrivial(function, passed, feeds)) {
            changed = true;
            passed = passed(function);
            feeds = feeds(passed);
        }
        if (replaceSame(function, passed, feeds)) {
            changed = true;
            passed = passed(function);
        }
        return removeUnused(function, passed) || changed;
    }

    /**
     * Pessimistic: a parameter that gets one value besides itself is that value. Complete for loops with one entry each, in one go
     * from the inside to the outside; what is left to {@link #replaceSame} are parameters that feed each other in other ways.
     *
     * @param feeds changed only if something is replaced
     */
    private static boolean replaceTrivial(
            Function function, Map<Value, List<Value>> passed, Map<Value, List<Value>> feeds) {
        if (passed.isEmpty()) {
            return false;
        }
        Map<Value, Value> standsFor = new HashMap<>();
        Deque<Value> open = new ArrayDeque<>(passed.keySet());
        Set<Value> isOpen = new HashSet<>(passed.keySet());
        while (!open.isEmpty()) {
            Value parameter = open.removeFirst();
            isOpen.remove(parameter);
            Value only = onlyOther(parameter, passed.get(parameter), standsFor);
            if (only == null) {
                continue;
            }
            standsFor.put(parameter, only);
            List<Value> fedByParameter = feeds.getOrDefault(parameter, List.of());
            if (passed.containsKey(only)) {
                feeds.computeIfAbsent(only, _ -> new ArrayList<>()).addAll(fedByParameter);
            }
            for (Value fed : fedByParameter) {
                if (!standsFor.containsKey(fed) && isOpen.add(fed)) {
                    open.addLast(fed);
                }
            }
        }
        if (standsFor.isEmpty()) {
            return false;
        }
        Parameters.remove(function, standsFor.keySet());
        function.replaceValues(standsFor);
        return true;
    }

    private static @Nullable Value onlyOther(Value parameter, List<Value> arguments, Map<Value, Value> standsFor) {
        Value only = null;
        for (Value argument : arguments) {
            Value value = argument;
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
    private static boolean replaceSame(
            Function function, Map<Value, List<Value>> passed, Map<Value, List<Value>> feeds) {
        if (passed.isEmpty()) {
            return false;
        }
        Map<Value, Value> standsFor = new HashMap<>();
        Deque<Value> open = new ArrayDeque<>(passed.keySet());
        Set<Value> isOpen = new HashSet<>(passed.keySet());
        while (!open.isEmpty()) {
            Value parameter = open.removeFirst();
            isOpen.remove(parameter);
            Value before = standsFor.get(parameter);
            if (before == parameter) {
                continue;
            }
            Value meet = null;
            for (Value argument : passed.get(parameter)) {
                Value value = passed.containsKey(argument) ? standsFor.get(argument) : argument;
                if (value == null || value == meet) {
                    continue;
                }
                if (meet != null) {
                    meet = parameter;
                    break;
                }
                meet = value;
            }
            if (meet != null && meet != before) {
                standsFor.put(parameter, meet);
                for (Value fed : feeds.getOrDefault(parameter, List.of())) {
                    if (isOpen.add(fed)) {
                        open.addLast(fed);
                    }
                }
            }
        }
        standsFor.entrySet().removeIf(entry -> entry.getKey() == entry.getValue());
        if (standsFor.isEmpty()) {
            return false;
        }
        Parameters.remove(function, standsFor.keySet());
        function.replaceValues(standsFor);
        return true;
    }

    private static Map<Value, List<Value>> passed(Function function) {
        Map<Value, List<Value>> passed = new LinkedHashMap<>();
        for (Block block : function.blocks()) {
            Parameters.forEachPassed(
                    block,
                    (parameter, argument) -> passed.computeIfAbsent(parameter, _ -> new ArrayList<>(2))
                            .add(argument));
        }
        passed.keySet().removeAll(Parameters.exceptions(function));
        return passed;
    }

    /** For each parameter those that it is passed to. */
    private static Map<Value, List<Value>> feeds(Map<Value, List<Value>> passed) {
        Map<Value, List<Value>> feeds = new HashMap<>();
        passed.forEach((parameter, arguments) -> {
            for (Value argument : arguments) {
                if (passed.containsKey(argument)) {
                    feeds.computeIfAbsent(argument, _ -> new ArrayList<>()).add(parameter);
                }
            }
        });
        return feeds;
    }

    private static boolean removeUnused(Function function, Map<Value, List<Value>> passed) {
        if (passed.isEmpty()) {
            return false;
        }
        Set<Value> used = new HashSet<>();
        List<Value> open = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                open.addAll(instruction.operands());
            }
            open.addAll(block.terminator().operands());
            Parameters.forEachPassed(block, (parameter, argument) -> {
                if (!passed.containsKey(parameter)) {
                    open.add(argument);
                }
            });
        }
        while (!open.isEmpty()) {
            Value value = open.removeLast();
            if (passed.containsKey(value) && used.add(value)) {
                open.addAll(passed.get(value));
            }
        }
        Set<Value> unused = new HashSet<>(passed.keySet());
        unused.removeAll(used);
        Parameters.remove(function, unused);
        return !unused.isEmpty();
    }
}
