package dev.jacobi.ir;

import dev.jacobi.ir.References.MethodReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A method in the intermediate representation. Its parameters are those of the entry block, which no edge leads to; the receiver of
 * an instance method is the first of them.
 *
 * <p>Not thread-safe: a function belongs to the thread that transforms it until it is emitted.
 */
public final class Function {
    private final String name;
    private final @Nullable MethodReference origin;
    private final Type returnType;
    private final OwnedList<Block> blocks = new OwnedList<>();
    /** What was computed of the graph of blocks, by its class. */
    private final Map<Class<?>, Object> ofGraph = new HashMap<>();

    private int nextValue;
    private int nextBlock;

    /**
     * @param name the name in the text form, by convention the method's qualified name
     * @param origin the method this was lifted from, or null if it was made otherwise
     */
    public Function(String name, @Nullable MethodReference origin, Type returnType) {
        this.name = name;
        this.origin = origin;
        this.returnType = returnType;
    }

    public String name() {
        return name;
    }

    /** As messages name it: {@code com.example.Model.loss(double[], int)}, or by its name alone if it was not lifted. */
    public String signature() {
        return origin == null ? name : origin.signature();
    }

    public @Nullable MethodReference origin() {
        return origin;
    }

    public Type returnType() {
        return returnType;
    }

    /** The blocks, entry first, as a view that cannot be changed. */
    public List<Block> blocks() {
        return blocks;
    }

    /** The numbers of all blocks that there were are smaller. */
    public int blockLimit() {
        return nextBlock;
    }

    public Block entry() {
        return blocks.getFirst();
    }

    public List<Value> parameters() {
        return entry().parameters();
    }

    /** Appends a new, empty block; the first is the entry. */
    public Block newBlock() {
        Block block = new Block(this, nextBlock++);
        blocks.append(block);
        graphChanged();
        return block;
    }

    /** Keeps only these blocks, in their present order. What they pass to others is the caller's concern. */
    public void retainBlocks(Collection<Block> kept) {
        BitSet numbers = new BitSet(nextBlock);
        for (Block block : kept) {
            numbers.set(block.id());
        }
        if (blocks.keep(block -> numbers.get(block.id()))) {
            graphChanged();
        }
    }

    /** Puts the blocks, the same as before, into another order; the entry stays first. */
    public void orderBlocks(List<Block> order) {
        if (order.size() != blocks.size() || order.getFirst() != entry()) {
            throw new IllegalArgumentException("not a new order of the blocks of " + name);
        }
        List<Block> copy = List.copyOf(order);
        blocks.empty();
        blocks.appendAll(copy);
        graphChanged();
    }

    /**
     * What {@code compute} finds about the graph of the reachable blocks: which there are, and what their
     * {@linkplain Block#successors successors} are in which order. It is kept until a block has other successors, and must depend on
     * nothing else.
     */
    public <T> T ofGraph(Class<T> type, Supplier<T> compute) {
        Object known = ofGraph.get(type);
        if (known == null) {
            known = compute.get();
            ofGraph.put(type, known);
        }
        return type.cast(known);
    }

    void graphChanged() {
        ofGraph.clear();
    }

    Value newValue(Type type) {
        return new Value(nextValue++, type);
    }

    /** Makes an instruction that is in no block yet; its result has the type that the table {@link OpCode} gives. */
    public Instruction newInstruction(
            OpCode opCode, @Nullable Object attribute, List<Value> operands, @Nullable SourcePosition position) {
        Type type = Instruction.resultType(opCode, attribute, operands);
        Value result = type.equals(Type.VOID) ? null : newValue(type);
        return new Instruction(opCode, attribute, operands, result, position);
    }

    /** The blocks from which an edge leads to each block, each predecessor once, as they are now. */
    public Map<Block, List<Block>> predecessors() {
        Predecessors known = (Predecessors) ofGraph.get(Predecessors.class);
        if (known == null) {
            known = new Predecessors(findPredecessors());
            ofGraph.put(Predecessors.class, known);
        }
        return known.ofBlock();
    }

    private record Predecessors(Map<Block, List<Block>> ofBlock) {}

    private Map<Block, List<Block>> findPredecessors() {
        Map<Block, List<Block>> predecessors = new LinkedHashMap<>();
        for (Block block : blocks) {
            predecessors.put(block, new ArrayList<>(2));
        }
        for (Block block : blocks) {
            for (Block successor : block.successors()) {
                predecessors.get(successor).add(block);
            }
        }
        return Collections.unmodifiableMap(predecessors);
    }

    /** Puts other values in the place of the keys wherever they are used, following chains of replacements. */
    public void replaceValues(Map<Value, Value> replacements) {
        if (replacements.isEmpty()) {
            return;
        }
        ValueMap<Value> byNumber = new ValueMap<>();
        for (Map.Entry<Value, Value> replacement : replacements.entrySet()) {
            byNumber.put(replacement.getKey(), replacement.getValue());
        }
        replaceValues(byNumber);
    }

    /** Puts other values in the place of those that have one wherever they are used, following chains of replacements. */
    public void replaceValues(ValueMap<Value> replacements) {
        if (replacements.isEmpty()) {
            return;
        }
        for (Block block : blocks) {
            block.replaceUses(replacements);
        }
    }

    /** A copy that shares nothing but attributes with this function. */
    public Function copy() {
        Function copy = new Function(name, origin, returnType);
        copyInto(copy, new HashMap<>());
        return copy;
    }

    /**
     * Copies all blocks to the end of {@code target}.
     *
     * @param values receives the copy of each value
     * @return the copy of each block, in order
     */
    public Map<Block, Block> copyInto(Function target, Map<Value, Value> values) {
        return copyInto(target, values, position -> position);
    }

    /**
     * Copies all blocks to the end of {@code target}.
     *
     * @param values receives the copy of each value
     * @param positions gives the source position of each copy
     * @return the copy of each block, in order
     */
    public Map<Block, Block> copyInto(
            Function target, Map<Value, Value> values, UnaryOperator<@Nullable SourcePosition> positions) {
        Map<Block, Block> copies = new LinkedHashMap<>();
        for (Block block : blocks) {
            Block copy = target.newBlock();
            copies.put(block, copy);
            for (Value parameter : block.parameters()) {
                values.put(parameter, copy.addParameter(parameter.type()));
            }
        }
        // Results first, uses second: a block may come before the one that defines what it uses.
        for (Block block : blocks) {
            Block copy = copies.get(block);
            for (Instruction instruction : block.instructions()) {
                Instruction made = target.copyOf(instruction, positions);
                copy.append(made);
                if (instruction.result() != null) {
                    values.put(instruction.value(), made.value());
                }
            }
        }
        for (Block block : blocks) {
            Block copy = copies.get(block);
            copy.setTerminator(block.terminator()
                    .withPosition(positions.apply(block.terminator().position())));
            copy.setHandlers(block.handlers());
            copy.mapEdges(edge -> edge.withTarget(copies.getOrDefault(edge.target(), edge.target())));
            copy.mapUses(value -> values.getOrDefault(value, value));
        }
        return copies;
    }

    /** An instruction with a result of its own and the operands of {@code instruction}, in no block. */
    private Instruction copyOf(Instruction instruction, UnaryOperator<@Nullable SourcePosition> positions) {
        Value result = instruction.result() == null
                ? null
                : newValue(instruction.value().type());
        Instruction made = new Instruction(
                instruction.opCode(),
                instruction.attribute(),
                instruction.operands(),
                result,
                positions.apply(instruction.position()));
        made.copyMarks(instruction);
        return made;
    }

    @Override
    public String toString() {
        return name;
    }
}
