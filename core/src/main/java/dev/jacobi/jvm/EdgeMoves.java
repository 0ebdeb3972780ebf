package dev.jacobi.jvm;

import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Value;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The assignments that an edge makes to the parameters of its target, which happen at once: an order in which none overwrites what
 * another still reads. Assignments in a cycle go through the operand stack.
 */
final class EdgeMoves {
    /** Loads each source in order, then stores to the targets in reverse order. */
    record Step(List<Value> sources, List<Value> targets) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Step that && sources.equals(that.sources) && targets.equals(that.targets);
        }

        @Override
        public int hashCode() {
            return 31 * sources.hashCode() + targets.hashCode();
        }
    }

    private EdgeMoves() {}

    static List<Step> of(Edge edge, int firstParameter, TreeSchedule schedule, LocalVariables variables) {
        if (edge.arguments().isEmpty()) {
            return List.of();
        }
        List<Step> constants = new ArrayList<>();
        Map<Integer, Value> sourceOf = new HashMap<>();
        Map<Integer, Value> targetOf = new HashMap<>();
        Map<Integer, Integer> readers = new HashMap<>();
        for (int i = 0; i < edge.arguments().size(); i++) {
            Value source = edge.arguments().get(i);
            Value target = edge.target().parameter(i + firstParameter);
            if (!schedule.isLive(target)) {
                continue;
            }
            if (TreeSchedule.isConstant(source)) {
                constants.add(new Step(List.of(source), List.of(target)));
                continue;
            }
            int from = variables.slot(source);
            int to = variables.slot(target);
            if (from != to) {
                sourceOf.put(to, source);
                targetOf.put(to, target);
                readers.merge(from, 1, Integer::sum);
            }
        }
        List<Step> steps = new ArrayList<>();
        List<Integer> ready = new ArrayList<>();
        for (int slot : new TreeSet<>(sourceOf.keySet())) {
            if (readers.getOrDefault(slot, 0) == 0) {
                ready.add(slot);
            }
        }
        while (!ready.isEmpty()) {
            int slot = ready.removeLast();
            Value source = Objects.requireNonNull(sourceOf.remove(slot));
            steps.add(new Step(List.of(source), List.of(Objects.requireNonNull(targetOf.remove(slot)))));
            int freed = variables.slot(source);
            if (readers.merge(freed, -1, Integer::sum) == 0 && sourceOf.containsKey(freed)) {
                ready.add(freed);
            }
        }
        while (!sourceOf.isEmpty()) {
            List<Value> sources = new ArrayList<>();
            List<Value> targets = new ArrayList<>();
            int slot = sourceOf.keySet().iterator().next();
            for (Value source = sourceOf.remove(slot); source != null; source = sourceOf.remove(slot)) {
                sources.add(source);
                targets.add(Objects.requireNonNull(targetOf.remove(slot)));
                slot = variables.slot(source);
            }
            steps.add(new Step(sources, targets));
        }
        // Constants last: they read nothing, and their variables may still have been read above.
        steps.addAll(constants);
        return steps;
    }

    static TypeKind typeKind(Value value) {
        return switch (value.type().kind()) {
            case INT -> TypeKind.INT;
            case LONG -> TypeKind.LONG;
            case FLOAT -> TypeKind.FLOAT;
            case DOUBLE -> TypeKind.DOUBLE;
            case REFERENCE -> TypeKind.REFERENCE;
            case VOID -> TypeKind.VOID;
        };
    }
}
