package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.ir.ValueMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The local variable of each value that needs one.
 *
 * <p>A block parameter gets the variable of what is passed to it where their live ranges allow, edges of inner loops first; so
 * {@code i = i + 1} in a loop becomes one {@code iinc}. Variables are shared among values that are not live together, but only within one
 * computational type, which keeps references and numbers apart for the verifier and the garbage collector.
 */
final class LocalVariables {
    private static final int MAX_SLOTS = 65_535;

    /** Values that share a variable. */
    private static final class Group {
        LiveRange range;
        int slot = -1;

        @Nullable
        Group mergedInto;

        Group(LiveRange range) {
            this.range = range;
        }

        Group representative() {
            Group group = this;
            while (group.mergedInto != null) {
                group = group.mergedInto;
            }
            return group;
        }
    }

    /** A variable and the positions at which it is taken. */
    private record Slot(int index, TreeMap<Integer, Integer> taken) {
        boolean isFree(LiveRange range) {
            for (int i = 0; i < range.segments(); i++) {
                Map.Entry<Integer, Integer> before = taken.lowerEntry(range.end(i));
                if (before != null && before.getValue() > range.start(i)) {
                    return false;
                }
            }
            return true;
        }

        void take(LiveRange range) {
            for (int i = 0; i < range.segments(); i++) {
                taken.put(range.start(i), range.end(i));
            }
        }
    }

    private final List<Value> values;
    private final ValueMap<Group> groups = new ValueMap<>();
    private final Map<Type.Kind, List<Slot>> slots = new EnumMap<>(Type.Kind.class);
    private int size;

    /**
     * @param pinnedReceiver whether the first parameter keeps its variable to itself, as {@code this} of a constructor must
     */
    LocalVariables(Function function, BlockOrder order, TreeSchedule schedule, boolean pinnedReceiver) {
        LiveRanges ranges = new LiveRanges(order, schedule);
        values = ranges.values();
        for (int place = 0; place < values.size(); place++) {
            groups.put(values.get(place), new Group(ranges.range(place)));
        }
        placeParameters(function, pinnedReceiver);
        coalesce(order, pinnedReceiver ? function.parameters().getFirst() : null);
        allocate(function);
        if (size > MAX_SLOTS) {
            throw new JacobiException(
                    Refusal.METHOD_TOO_LARGE, "cannot emit " + function.name() + ": it needs too many variables", null);
        }
    }

    /** The number of the variable that holds the value. */
    int slot(Value value) {
        return group(value).representative().slot;
    }

    private Group group(Value value) {
        return Objects.requireNonNull(groups.get(value));
    }

    boolean has(Value value) {
        return groups.containsKey(value);
    }

    private void placeParameters(Function function, boolean pinnedReceiver) {
        for (Value parameter : function.parameters()) {
            Slot slot = new Slot(size, new TreeMap<>());
            size += parameter.type().slots();
            if (pinnedReceiver && slot.index == 0) {
                slot.taken.put(0, Integer.MAX_VALUE);
            } else {
                slots(parameter.type()).add(slot);
            }
            Group group = groups.get(parameter);
            if (group != null) {
                group.slot = slot.index;
            }
        }
    }

    private List<Slot> slots(Type type) {
        return Multimaps.list(slots, type.kind());
    }

    private void coalesce(BlockOrder order, @Nullable Value pinned) {
        List<Block> byDepth = new ArrayList<>(order.blocks());
        byDepth.sort((one, other) -> Integer.compare(order.depth(other), order.depth(one)));
        for (boolean back : new boolean[] {true, false}) {
            for (Block block : byDepth) {
                for (Edge edge : block.terminator().edges()) {
                    if (order.indexOf(edge.target()) <= order.indexOf(block) == back) {
                        coalesce(edge, 0, pinned);
                    }
                }
                if (!back && BlockOrder.usesHandlers(block)) {
                    for (Handler handler : block.handlers()) {
                        coalesce(handler.edge(), 1, pinned);
                    }
                }
            }
        }
    }

    private void coalesce(Edge edge, int firstParameter, @Nullable Value pinned) {
        for (int i = 0; i < edge.arguments().size(); i++) {
            Value argument = edge.arguments().get(i);
            Value parameter = edge.target().parameter(i + firstParameter);
            if (!has(argument) || !has(parameter) || argument == pinned) {
                continue;
            }
            Group from = group(argument).representative();
            Group to = group(parameter).representative();
            if (from != to
                    && argument.type().kind() == parameter.type().kind()
                    && (from.slot < 0 || to.slot < 0)
                    && !from.range.intersects(to.range)) {
                to.range = to.range.union(from.range);
                to.slot = Math.max(to.slot, from.slot);
                from.mergedInto = to;
            }
        }
    }

    private void allocate(Function function) {
        Map<Integer, Slot> placed = new HashMap<>();
        for (List<Slot> ofKind : slots.values()) {
            for (Slot slot : ofKind) {
                placed.put(slot.index, slot);
            }
        }
        for (Value parameter : function.parameters()) {
            Group group = groups.get(parameter);
            if (group != null) {
                Slot slot = placed.get(group.representative().slot);
                if (slot != null) {
                    slot.take(group.representative().range);
                }
            }
        }
        List<Value> open = new ArrayList<>();
        for (Value value : values) {
            Group group = group(value);
            if (group.mergedInto == null && group.slot < 0) {
                open.add(value);
            }
        }
        open.sort((one, other) -> {
            int byStart = Integer.compare(start(group(one)), start(group(other)));
            return byStart != 0 ? byStart : Integer.compare(one.id(), other.id());
        });
        for (Value value : open) {
            Group group = group(value);
            List<Slot> candidates = slots(value.type());
            Slot chosen = null;
            for (Slot candidate : candidates) {
                if (candidate.isFree(group.range)) {
                    chosen = candidate;
                    break;
                }
            }
            if (chosen == null) {
                chosen = new Slot(size, new TreeMap<>());
                candidates.add(chosen);
                size += value.type().slots();
            }
            chosen.take(group.range);
            group.slot = chosen.index;
        }
    }

    private static int start(Group group) {
        return group.range.segments() == 0 ? 0 : group.range.start(0);
    }
}
