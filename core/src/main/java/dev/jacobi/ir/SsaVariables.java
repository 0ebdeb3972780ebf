package dev.jacobi.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns reads and writes of mutable variables into static single assignment form while code is generated, giving blocks parameters
 * where values meet (Braun et al., "Simple and Efficient Construction of Static Single Assignment Form", CC 2013).
 *
 * <p>Reads before the first write of a block stay open until {@link #finish}, so blocks may be filled in any order; all edges must
 * exist by then. Parameters that turn out redundant are left to the pass that removes them.
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
    private final Map<Block, Map<K, Value>> atEnd = new HashMap<>();
    private final Map<Block, Map<K, Value>> parameters = new LinkedHashMap<>();

    public SsaVariables(Function function, Variables<K> variables) {
        this.function = function;
        this.variables = variables;
    }

    public void write(K variable, Block block, Value value) {
        atEnd.computeIfAbsent(block, _ -> new HashMap<>()).put(variable, value);
    }

    /** The value of the variable at the point that code generation has reached in {@code block}. */
    public Value read(K variable, Block block) {
        Map<K, Value> known = atEnd.computeIfAbsent(block, _ -> new HashMap<>());
        Value value = known.get(variable);
        if (value == null) {
            value = block == function.entry()
                    ? Objects.requireNonNull(
                            variables.initial(variable), () -> variable + " is read before it is written")
                    : block.addParameter(variables.type(variable));
            known.put(variable, value);
            if (block != function.entry()) {
                parameters.computeIfAbsent(block, _ -> new LinkedHashMap<>()).put(variable, value);
            }
        }
        return value;
    }

    /** Passes to every parameter made by reads the value that its variable has at the end of each predecessor. */
    public void finish() {
        Map<Block, List<Block>> predecessors = function.predecessors();
        List<Block> open = new ArrayList<>(parameters.keySet());
        while (!open.isEmpty()) {
            Block block = open.removeLast();
            Map<K, Value> here = parameters.remove(block);
            if (here == null) {
                continue;
            }
            for (K variable : here.keySet()) {
                for (Block predecessor : predecessors.get(block)) {
                    Value value = read(variable, predecessor);
                    predecessor.mapEdges(edge -> edge.target() == block ? edge.plus(value) : edge);
                }
            }
            open.addAll(parameters.keySet());
        }
    }
}
