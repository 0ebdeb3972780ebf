package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Multimaps;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns reads and writes of mutable variables into static single assignment form while code is generated, giving blocks parameters
 * where values meet.
 *
 * <p>Reads before the first write of a block stay open until {@link #finish}, so blocks may be filled in any order; all edges must
 * exist by then. Their values then come from the closest dominator that has one, and through parameters of the blocks between, in the
 * iterated dominance frontier of the writes (Cytron et al., "Efficiently Computing Static Single Assignment Form", TOPLAS 1991), that
 * some read asks for. Parameters that turn out redundant are left to the pass that removes them.
 *
 * @param <K> what names a variable
 */
public final class SsaVariables<K> {

    /** The type of a variable, and the value it has where it was never written. */
    public interface Variables<K> {
        Type type(K variable);

        /** Makes the initial value at the start of the function's entry block; null if the variable is always written before it is read. */
        @Nullable
        Value initial(K variable);
    }

    private final Function function;
    private final Variables<K> variables;
    private final Map<K, Map<Block, Value>> atEnd = new HashMap<>();
    private final Map<Block, Map<K, Value>> parameters = new LinkedHashMap<>();

    public SsaVariables(Function function, Variables<K> variables) {
        this.function = function;
        this.variables = variables;
    }

    public void write(K variable, Block block, Value value) {
        atEnd(variable).put(block, value);
    }

    private Map<Block, Value> atEnd(K variable) {
        Map<Block, Value> known = atEnd.get(variable);
        if (known == null) {
            known = new HashMap<>();
            atEnd.put(variable, known);
        }
        return known;
    }

    private Value initial(K variable) {
        Value initial = variables.initial(variable);
        if (initial == null) {
            throw new IllegalStateException(variable + " is read before it is written");
        }
        return initial;
    }

    /** The value of the variable at the point that code generation has reached in {@code block}. */
    public Value read(K variable, Block block) {
        Map<Block, Value> known = atEnd(variable);
        Value value = known.get(block);
        if (value == null) {
            value = block == function.entry() ? initial(variable) : block.addParameter(variables.type(variable));
            known.put(block, value);
            if (block != function.entry()) {
                Map<K, Value> made = parameters.get(block);
                if (made == null) {
                    made = new LinkedHashMap<>();
                    parameters.put(block, made);
                }
                made.put(variable, value);
            }
        }
        return value;
    }

    /** Passes to every parameter made by reads the value that its variable has at the end of each predecessor. */
    public void finish() {
        if (parameters.isEmpty()) {
            return;
        }
        Meetings meetings = new Meetings(function);
        Map<K, List<Map.Entry<Block, Value>>> open = new LinkedHashMap<>();
        for (Map.Entry<Block, Map<K, Value>> made : parameters.entrySet()) {
            for (Map.Entry<K, Value> parameter : made.getValue().entrySet()) {
                Multimaps.list(open, parameter.getKey()).add(Map.entry(made.getKey(), parameter.getValue()));
            }
        }
        Map<Block, Map<Value, Map<Block, Value>>> passed = new LinkedHashMap<>();
        for (Map.Entry<K, List<Map.Entry<Block, Value>>> made : open.entrySet()) {
            new Resolution(made.getKey(), meetings, passed).resolve(made.getValue());
        }
        for (Map.Entry<Block, Map<Value, Map<Block, Value>>> incoming : passed.entrySet()) {
            pass(incoming.getKey(), incoming.getValue(), meetings);
        }
        parameters.clear();
    }

    /** Appends to the edges to a block what each predecessor gives its new parameters, in their order. */
    private static void pass(Block block, Map<Value, Map<Block, Value>> incoming, Meetings meetings) {
        for (Block predecessor : meetings.predecessors.get(block)) {
            List<Value> values = new ArrayList<>();
            for (Value parameter : block.parameters()) {
                Map<Block, Value> given = incoming.get(parameter);
                if (given != null) {
                    values.add(given.get(predecessor));
                }
            }
            predecessor.passMore(block, values);
        }
    }

    /** Where values of one variable meet, and what it is at the end of blocks. */
    private final class Resolution {
        private final K variable;
        private final Meetings meetings;
        private final Map<Block, Map<Value, Map<Block, Value>>> passed;
        private final Map<Block, Value> known;
        private final BitSet meeting;
        private final Deque<Map.Entry<Block, Value>> open = new ArrayDeque<>();

        Resolution(K variable, Meetings meetings, Map<Block, Map<Value, Map<Block, Value>>> passed) {
            this.variable = variable;
            this.meetings = meetings;
            this.passed = passed;
            known = atEnd(variable);
            meeting = meetings.frontier(known.keySet());
        }

        void resolve(List<Map.Entry<Block, Value>> made) {
            open.addAll(made);
            while (!open.isEmpty()) {
                Map.Entry<Block, Value> parameter = open.removeFirst();
                Block block = parameter.getKey();
                Map<Block, Value> incoming = new HashMap<>();
                for (Block predecessor : meetings.predecessors.get(block)) {
                    incoming.put(predecessor, atEndOf(predecessor));
                }
                Map<Value, Map<Block, Value>> ofBlock = passed.get(block);
                if (ofBlock == null) {
                    ofBlock = new HashMap<>();
                    passed.put(block, ofBlock);
                }
                ofBlock.put(parameter.getValue(), incoming);
            }
        }

        private Value atEndOf(Block block) {
            List<Block> below = new ArrayList<>();
            Block current = block;
            Value value = known.get(current);
            while (value == null) {
                below.add(current);
                Block dominator = meetings.dominators.immediateDominator(current);
                if (dominator == null || meetings.isIn(meeting, current)) {
                    value = make(current);
                } else {
                    current = dominator;
                    value = known.get(current);
                }
            }
            for (Block each : below) {
                known.put(each, value);
            }
            return value;
        }

        /** A parameter; at the entry the initial value. An unreachable block gets parameters too, as it must pass something. */
        private Value make(Block block) {
            if (block == function.entry()) {
                return initial(variable);
            }
            Value parameter = block.addParameter(variables.type(variable));
            open.add(Map.entry(block, parameter));
            return parameter;
        }
    }

    /** Predecessors, dominators and dominance frontiers. */
    private static final class Meetings {
        final Map<Block, List<Block>> predecessors;
        final Dominators dominators;

        Meetings(Function function) {
            predecessors = function.predecessors();
            dominators = Dominators.of(function);
        }

        /** The iterated dominance frontier of the blocks and the entry, as places in the order of the dominators. */
        BitSet frontier(Set<Block> blocks) {
            BitSet places = new BitSet();
            for (Block block : blocks) {
                if (dominators.order().isReachable(block)) {
                    places.set(dominators.order().indexOf(block));
                }
            }
            return dominators.iteratedFrontier(places);
        }

        boolean isIn(BitSet frontier, Block block) {
            int place = dominators.order().indexOf(block);
            return place >= 0 && frontier.get(place);
        }
    }
}
