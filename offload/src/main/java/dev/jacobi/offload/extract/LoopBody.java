package dev.jacobi.offload.extract;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies a loop into a function of its own: one round of it, or all. Constants from outside are made again. */
final class LoopBody {
    private final ParallelLoop loop;
    private final List<Value> outside;

    LoopBody(ParallelLoop loop) {
        this.loop = loop;
        this.outside = List.copyOf(findOutside());
    }

    /** What the loop uses from outside, constants left aside: the first parameters of what is made. The bound of the loop is not among them for its own sake. */
    List<Value> outside() {
        return outside;
    }

    private Set<Value> findOutside() {
        Set<Value> found = new LinkedHashSet<>();
        for (Block block : loop.region()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction != test()) {
                    add(instruction.operands(), found);
                }
            }
            if (block != loop.loop().header()) {
                add(block.terminator().operands(), found);
                block.edges().forEach(edge -> add(edge.arguments(), found));
            }
        }
        add(loop.inside().arguments(), found);
        return found;
    }

    /** What decides whether there is another round. */
    private Instruction test() {
        return loop.loop().header().terminator().operands().getFirst().definition();
    }

    private void add(List<Value> used, Set<Value> found) {
        for (Value value : used) {
            if (loop.isInvariant(value) && !value.isResultOf(OpCode.CONSTANT)) {
                found.add(value);
            }
        }
    }

    /** A function that does one round. */
    Function round(String name, Function of) {
        return new Copy(name, of).round();
    }

    /** A function that does all rounds from one index to another. */
    Function all(String name, Function of) {
        return new Copy(name, of).all();
    }

    private final class Copy {
        private final Function function;
        private final Block entry;
        private final Map<Value, Value> values = new HashMap<>();
        private final Map<Block, Block> blocks = new HashMap<>();
        private final List<Block> order = new ArrayList<>(loop.region());

        Copy(String name, Function of) {
            function = new Function(name, of.origin(), Type.VOID);
            entry = function.newBlock();
            for (Value value : outside) {
                values.put(value, entry.addParameter(value.type()));
            }
        }

        Function round() {
            Block header = loop.loop().header();
            values.put(loop.index(), entry.addParameter(Type.INT));
            newBlocks();
            copyInstructions();
            Block end = function.newBlock();
            end.setTerminator(new Return(null, null));
            Edge inside = edge(loop.inside(), end);
            for (Block block : order) {
                Block copy = blocks.get(block);
                copy.setTerminator(
                        block == header
                                ? new Jump(inside, block.terminator().position())
                                : block.terminator().map(this::value, edge -> edge(edge, end)));
            }
            entry.setTerminator(new Jump(Edge.to(blocks.get(header)), null));
            return function;
        }

        Function all() {
            Block header = loop.loop().header();
            Value from = entry.addParameter(Type.INT);
            Value to = entry.addParameter(Type.INT);
            values.put(loop.bound(), to);
            newBlocks();
            Value index = blocks.get(header).addParameter(Type.INT);
            values.put(loop.index(), index);
            copyInstructions();
            Block end = function.newBlock();
            end.setTerminator(new Return(null, null));
            for (Block block : order) {
                blocks.get(block)
                        .setTerminator(block.terminator().map(this::value, edge -> {
                            if (edge.target() == header) {
                                return new Edge(blocks.get(header), List.of(value(loop.variable().next())));
                            }
                            return blocks.containsKey(edge.target()) ? edge(edge, end) : Edge.to(end);
                        }));
            }
            entry.setTerminator(new Jump(new Edge(blocks.get(header), List.of(from)), null));
            return function;
        }

        /** Parameters of the header are given by the caller. */
        private void newBlocks() {
            for (Block block : order) {
                Block copy = function.newBlock();
                blocks.put(block, copy);
                if (block != loop.loop().header()) {
                    block.parameters()
                            .forEach(parameter -> values.put(parameter, copy.addParameter(parameter.type())));
                }
            }
        }

        private void copyInstructions() {
            // Results first, uses second: a block may come before the one that defines what it uses.
            Map<Instruction, Instruction> made = new HashMap<>();
            for (Block block : order) {
                for (Instruction instruction : block.instructions()) {
                    List<Value> standIns = instruction.operands();
                    Instruction copy = function.newInstruction(
                            instruction.opCode(), instruction.attribute(), standIns, instruction.position());
                    copy.copyMarks(instruction);
                    if (instruction.result() != null) {
                        copy.value().setType(instruction.value().type());
                        values.put(instruction.value(), copy.value());
                    }
                    made.put(instruction, copy);
                    blocks.get(block).append(copy);
                }
            }
            made.values().forEach(copy -> copy.mapOperands(this::value));
        }

        /** An edge back to the header ends the round. */
        private Edge edge(Edge edge, Block end) {
            return edge.target() == loop.loop().header()
                    ? Edge.to(end)
                    : new Edge(
                            blocks.get(edge.target()),
                            edge.arguments().stream().map(this::value).toList());
        }

        private Value value(Value value) {
            Value known = values.get(value);
            if (known == null && value.definition() instanceof Instruction constant) {
                Instruction again = function.newInstruction(
                        constant.opCode(), constant.attribute(), List.of(), constant.position());
                again.value().setType(value.type());
                entry.append(again);
                known = again.value();
                values.put(value, known);
            }
            if (known == null) {
                throw new IllegalStateException(value + " does not reach " + function.name());
            }
            return known;
        }
    }
}
