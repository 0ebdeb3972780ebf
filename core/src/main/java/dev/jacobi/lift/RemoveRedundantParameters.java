package dev.jacobi.lift;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes block parameters to which all edges pass the same value, or the parameter itself. For control flow without irreducible loops
 * what remains is minimal: a parameter stands only where different values meet.
 *
 * <p>The first parameter of a handler's target, the exception, stays.
 */
public final class RemoveRedundantParameters {
    private final Function function;
    /** What the edges pass to each parameter. */
    private final Map<Value, List<Value>> incoming = new LinkedHashMap<>();
    /** The parameters to which each parameter is passed. */
    private final Map<Value, List<Value>> passedTo = new HashMap<>();

    private final Map<Value, Value> replacements = new HashMap<>();

    private RemoveRedundantParameters(Function function) {
        this.function = function;
    }

    /** Does it; says whether anything changed. */
    public static boolean run(Function function) {
        return new RemoveRedundantParameters(function).run();
    }

    private boolean run() {
        for (Block block : function.blocks()) {
            block.terminator().edges().forEach(edge -> collect(edge, 0));
            block.handlers().forEach(handler -> collect(handler.edge(), 1));
        }
        Deque<Value> open = new ArrayDeque<>(incoming.keySet());
        Set<Value> queued = new HashSet<>(incoming.keySet());
        while (!open.isEmpty()) {
            Value parameter = open.remove();
            queued.remove(parameter);
            Value only = onlyIncoming(parameter);
            if (only != null) {
                replacements.put(parameter, only);
                for (Value user : passedTo.getOrDefault(parameter, List.of())) {
                    if (!replacements.containsKey(user)) {
                        passedTo.computeIfAbsent(only, _ -> new ArrayList<>()).add(user);
                        if (queued.add(user)) {
                            open.add(user);
                        }
                    }
                }
            }
        }
        if (replacements.isEmpty()) {
            return false;
        }
        rewrite();
        return true;
    }

    private void collect(Edge edge, int first) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Value parameter = edge.target().parameter(first + i);
            Value argument = edge.arguments().get(i);
            incoming.computeIfAbsent(parameter, _ -> new ArrayList<>()).add(argument);
            if (argument.parameterOf() != null) {
                passedTo.computeIfAbsent(argument, _ -> new ArrayList<>()).add(parameter);
            }
        }
    }

    private Value resolve(Value value) {
        Value current = value;
        for (Value next = replacements.get(current); next != null; next = replacements.get(current)) {
            current = next;
        }
        // The chain is made short for the next one who asks.
        for (Value step = value; !step.equals(current); ) {
            Value next = replacements.put(step, current);
            step = next == null ? current : next;
        }
        return current;
    }

    /** The one value, other than itself, that is passed to the parameter; null if there are several. */
    private @Nullable Value onlyIncoming(Value parameter) {
        Value only = null;
        for (Value argument : incoming.getOrDefault(parameter, List.of())) {
            Value value = resolve(argument);
            if (value.equals(parameter) || value.equals(only)) {
                continue;
            }
            if (only != null) {
                return null;
            }
            only = value;
        }
        return only;
    }

    private void rewrite() {
        Map<Block, Set<Integer>> removed = new HashMap<>();
        for (Block block : function.blocks()) {
            Set<Integer> indices = new LinkedHashSet<>();
            for (int i = 0; i < block.parameters().size(); i++) {
                if (replacements.containsKey(block.parameter(i))) {
                    indices.add(i);
                }
            }
            if (!indices.isEmpty()) {
                removed.put(block, indices);
            }
        }
        for (Block block : function.blocks()) {
            block.setTerminator(block.terminator().mapEdges(edge -> shorten(edge, 0, removed)));
            block.setHandlers(block.handlers().stream()
                    .map(handler -> new Handler(handler.catchType(), shorten(handler.edge(), 1, removed)))
                    .toList());
            block.mapUses(this::resolve);
        }
        removed.forEach((block, indices) -> List.copyOf(indices).reversed().forEach(block::removeParameter));
    }

    private static Edge shorten(Edge edge, int first, Map<Block, Set<Integer>> removed) {
        Set<Integer> indices = removed.get(edge.target());
        if (indices == null) {
            return edge;
        }
        List<Value> kept = new ArrayList<>();
        for (int i = 0; i < edge.arguments().size(); i++) {
            if (!indices.contains(first + i)) {
                kept.add(edge.arguments().get(i));
            }
        }
        return new Edge(edge.target(), kept);
    }
}
