package dev.jacobi.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A basic block: parameters, instructions, a terminator, and handlers for what its instructions throw.
 *
 * <p>A block with handlers holds at most one instruction that may throw, which is its last one (or its terminator throws); the result
 * of that instruction is not passed to a handler. So the state that a handler sees is that at the end of the block.
 */
public final class Block {
    private final Function function;
    private final int id;
    private final OwnedList<Value> parameters = new OwnedList<>();
    private final OwnedList<Instruction> instructions = new OwnedList<>();
    private List<Handler> handlers = List.of();
    private @Nullable Terminator terminator;
    /** Follow from terminator and handlers; null until they are asked for. */
    private @Nullable List<Edge> edges;

    private @Nullable List<Block> successors;

    Block(Function function, int id) {
        this.function = function;
        this.id = id;
    }

    public Function function() {
        return function;
    }

    public int id() {
        return id;
    }

    public List<Value> parameters() {
        return parameters;
    }

    public Value parameter(int index) {
        return parameters.get(index);
    }

    /** Appends a parameter. The edges to this block are the caller's concern. */
    public Value addParameter(Type type) {
        Value parameter = function.newValue(type);
        parameter.definedBy(this);
        parameters.append(parameter);
        return parameter;
    }

    /** Makes the result of an instruction that was removed a parameter, so that its uses stay as they are. */
    public void addParameter(Value resultOfRemoved) {
        Instruction definition = resultOfRemoved.definition();
        if (definition == null || definition.block() != null) {
            throw new IllegalStateException(resultOfRemoved + " is not the result of a removed instruction");
        }
        resultOfRemoved.definedBy(this);
        parameters.append(resultOfRemoved);
    }

    /** Removes a parameter. The edges to this block are the caller's concern. */
    public Value removeParameter(int index) {
        Value removed = parameters.takeAt(index);
        removed.definedBy((Block) null);
        return removed;
    }

    /** The instructions in order, as a view that cannot be changed. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** Puts other instructions in the place of all that are here; instructions of this block may be among them. */
    public void setInstructions(List<Instruction> replacement) {
        List<Instruction> copy = List.copyOf(replacement);
        for (Instruction instruction : instructions) {
            instruction.setBlock(null);
        }
        instructions.empty();
        for (Instruction instruction : copy) {
            append(instruction);
        }
    }

    /** Removes the other instructions; whether there were any. */
    public boolean retainInstructions(Predicate<Instruction> kept) {
        return instructions.keep(instruction -> {
            boolean stays = kept.test(instruction);
            if (!stays) {
                instruction.setBlock(null);
            }
            return stays;
        });
    }

    /** Appends an instruction that is in no block. */
    public void append(Instruction instruction) {
        insert(instructions.size(), instruction);
    }

    /** Inserts an instruction that is in no block before the one at {@code index}. */
    public void insert(int index, Instruction instruction) {
        if (instruction.block() != null) {
            throw new IllegalStateException(instruction.opCode().mnemonic() + " is already in a block");
        }
        instructions.insertAt(index, instruction);
        instruction.setBlock(this);
    }

    public void remove(Instruction instruction) {
        int index = instructions.indexOf(instruction);
        if (index < 0) {
            throw new IllegalStateException(instruction.opCode().mnemonic() + " is not in " + this);
        }
        instructions.takeAt(index);
        instruction.setBlock(null);
    }

    /** Makes an instruction and appends it. */
    public Instruction append(
            OpCode opCode, @Nullable Object attribute, List<Value> operands, @Nullable SourcePosition position) {
        Instruction instruction = function.newInstruction(opCode, attribute, operands, position);
        append(instruction);
        return instruction;
    }

    /** Whether a terminator was set. Only blocks under construction have none. */
    public boolean isTerminated() {
        return terminator != null;
    }

    public Terminator terminator() {
        if (terminator == null) {
            throw new IllegalStateException(this + " has no terminator");
        }
        return terminator;
    }

    public void setTerminator(Terminator terminator) {
        if (terminator != this.terminator) {
            this.terminator = terminator;
            edgesChanged();
        }
    }

    public List<Handler> handlers() {
        return handlers;
    }

    public void setHandlers(List<Handler> handlers) {
        this.handlers = List.copyOf(handlers);
        edgesChanged();
    }

    /** What followed from the edges does so no more; other blocks may be reached. */
    private void edgesChanged() {
        edges = null;
        if (terminator == null) {
            return;
        }
        List<Block> before = successors;
        successors = null;
        if (before == null || !before.equals(successors())) {
            function.graphChanged();
        }
    }

    /** All ways out: those of the terminator, then those of the handlers. */
    public List<Edge> edges() {
        if (edges == null && handlers.isEmpty()) {
            edges = terminator().edges();
        } else if (edges == null) {
            List<Edge> all = new ArrayList<>(terminator().edges());
            for (Handler handler : handlers) {
                all.add(handler.edge());
            }
            edges = Collections.unmodifiableList(all);
        }
        return edges;
    }

    /** The blocks that {@link #edges} lead to, each once. */
    public List<Block> successors() {
        if (successors == null) {
            successors = findSuccessors(edges());
        }
        return successors;
    }

    private static List<Block> findSuccessors(List<Edge> edges) {
        switch (edges.size()) {
            case 0 -> {
                return List.of();
            }
            case 1 -> {
                return List.of(edges.getFirst().target());
            }
            case 2 -> {
                Block first = edges.get(0).target();
                Block second = edges.get(1).target();
                return first == second ? List.of(first) : List.of(first, second);
            }
            default -> {
                Set<Block> targets = new LinkedHashSet<>();
                for (Edge edge : edges) {
                    targets.add(edge.target());
                }
                return List.copyOf(targets);
            }
        }
    }

    /** Applies {@code map} to each edge of terminator and handlers. */
    public void mapEdges(UnaryOperator<Edge> map) {
        setTerminator(terminator().mapEdges(map));
        mapHandlers(map);
    }

    /** Appends values to what the edges to {@code target} pass. */
    public void passMore(Block target, List<Value> values) {
        mapEdges(edge -> edge.target() == target ? edge.plus(values) : edge);
    }

    /** Applies {@code map} to each value that instructions, terminator and edges use. */
    public void mapUses(UnaryOperator<Value> map) {
        for (Instruction instruction : instructions) {
            instruction.mapOperands(map);
        }
        setTerminator(terminator().mapValues(map));
        mapHandlers(edge -> edge.map(map));
    }

    /** Puts other values in the place of those that have one. */
    void replaceUses(ValueMap<Value> replacements) {
        for (Instruction instruction : instructions) {
            instruction.replaceOperands(replacements);
        }
        if (leavesWith(replacements)) {
            setTerminator(terminator().map(value -> value.resolve(replacements), edge -> edge.replace(replacements)));
            mapHandlers(edge -> edge.replace(replacements));
        }
    }

    /** Whether the terminator uses, or an edge passes, one of the values that are replaced. */
    private boolean leavesWith(ValueMap<Value> replaced) {
        if (containsAny(terminator().operands(), replaced)) {
            return true;
        }
        for (Edge edge : edges()) {
            if (containsAny(edge.arguments(), replaced)) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsAny(List<Value> values, ValueMap<Value> replaced) {
        for (int index = 0; index < values.size(); index++) {
            if (replaced.containsKey(values.get(index))) {
                return true;
            }
        }
        return false;
    }

    private void mapHandlers(UnaryOperator<Edge> map) {
        if (handlers.isEmpty()) {
            return;
        }
        List<Handler> mapped = new ArrayList<>(handlers.size());
        boolean changed = false;
        for (Handler handler : handlers) {
            Edge edge = map.apply(handler.edge());
            changed |= edge != handler.edge();
            mapped.add(edge == handler.edge() ? handler : new Handler(handler.catchType(), edge));
        }
        if (changed) {
            setHandlers(mapped);
        }
    }

    /** The number: faster than the hash code of objects, and tables of blocks have the same order in each run. */
    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return "b" + id;
    }
}
