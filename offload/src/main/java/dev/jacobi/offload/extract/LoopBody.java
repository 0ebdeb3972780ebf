package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Independence.Proof;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Copies a loop into a function of its own: one round of it, or all. Constants from outside are made again. */
final class LoopBody {
    private final ParallelLoop loop;
    private final Outside outside;
    private final KnownLengths lengths;

    LoopBody(ParallelLoop loop, Proof proof) {
        this(loop, proof, new KnownLengths(List.of(), Set.of()));
    }

    /** @param lengths are taken behind what the loop uses from outside, and that they can be computed is believed */
    LoopBody(ParallelLoop loop, Proof proof, KnownLengths lengths) {
        this.loop = loop;
        this.outside = Outside.of(List.copyOf(findOutside()), proof.asked(), proof.lengths());
        this.lengths = lengths;
    }

    /**
     * What was made.
     *
     * @param start the block in which each round begins
     */
    record Code(Function function, Block start) {}

    /**
     * What the loop uses from outside, constants left aside, and what is asked for before a launch: the first parameters of what is made. The bound of the loop is not among them for its
     * own sake.
     */
    Outside outside() {
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
    Code round(String name, Function of) {
        return new Copy(name, of).round();
    }

    /** A function that does all rounds from one index to another. */
    Function all(String name, Function of) {
        return new Copy(name, of).all();
    }

    /**
     * A function that does every so manieth round and leaves what the {@link Reduction reductions} give of these: takes the first index and that
     * after the last, the number of parts, an array for each reduction, an array for each of the arrays that are accumulated, and the number of the part.
     *
     * @param accumulated arrays from outside to which the rounds only add
     */
    Code part(String name, Function of, Set<Value> accumulated) {
        return new Copy(name, of).part(accumulated, false);
    }

    /** As {@link #part}, where a part goes on with what the arrays for its reductions hold, and may have no round: of some rounds of a loop, the first of which is that of the first part. */
    Code continuedPart(String name, Function of) {
        return new Copy(name, of).part(Set.of(), true);
    }

    private final class Copy {
        private final Function function;
        private final Block entry;
        private final Map<Value, Value> values = new HashMap<>();
        /** Lengths that are parameters, even where the loop computes them. */
        private final Map<Value, Value> given = new HashMap<>();

        private final Map<Block, Block> blocks = new HashMap<>();
        private final List<Block> order = new ArrayList<>(loop.region());

        Copy(String name, Function of) {
            function = new Function(name, of.origin(), Type.VOID);
            entry = function.newBlock();
            for (Value value : outside.values()) {
                values.put(value, entry.addParameter(value.type()));
            }
            for (Value length : lengths.values()) {
                given.put(length, entry.addParameter(Type.INT));
            }
            values.putAll(given);
        }

        Code round() {
            Block header = loop.loop().header();
            values.put(loop.index(), entry.addParameter(Type.INT));
            newBlocks();
            copyInstructions(true);
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
            return new Code(function, blocks.get(header));
        }

        Function all() {
            Block header = loop.loop().header();
            Value from = entry.addParameter(Type.INT);
            Value to = entry.addParameter(Type.INT);
            values.put(loop.bound(), to);
            newBlocks();
            Value index = blocks.get(header).addParameter(Type.INT);
            values.put(loop.index(), index);
            copyInstructions(false);
            Block end = function.newBlock();
            end.setTerminator(new Return(null, null));
            for (Block block : order) {
                blocks.get(block).setTerminator(block.terminator().map(this::value, edge -> {
                    if (edge.target() == header) {
                        return new Edge(
                                blocks.get(header),
                                List.of(value(loop.variable().next())));
                    }
                    return blocks.containsKey(edge.target()) ? edge(edge, end) : Edge.to(end);
                }));
            }
            entry.setTerminator(new Jump(new Edge(blocks.get(header), List.of(from)), null));
            return function;
        }

        Code part(Set<Value> accumulated, boolean isContinued) {
            Block header = loop.loop().header();
            Value from = entry.addParameter(Type.INT);
            Value to = entry.addParameter(Type.INT);
            Value parts = entry.addParameter(Type.INT);
            List<Value> results = new ArrayList<>();
            for (Reduction reduction : loop.reductions()) {
                results.add(entry.addParameter(
                        Type.of(reduction.parameter().type().descriptor().arrayType())));
            }
            Map<Value, Value> own = new HashMap<>();
            for (Value array : outside.values()) {
                if (accumulated.contains(array)) {
                    own.put(array, entry.addParameter(array.type()));
                }
            }
            Value part = entry.addParameter(Type.INT);
            newBlocks();
            Emitter before = Emitter.appendingTo(entry, loop.position());
            Value zero = before.constant(Type.INT, 0);
            Value one = before.constant(Type.INT, 1);
            Value all = before.value(OpCode.SUB, null, to, from);
            Value others = before.value(OpCode.SUB, null, before.value(OpCode.SUB, null, all, part), one);
            Value rounds;
            if (isContinued) {
                // As below, and 0 where there is none: nothing here is as large as that it could wrap around.
                rounds = quotient(before, before.value(OpCode.ADD, null, others, parts), parts);
            } else {
                rounds = before.value(OpCode.ADD, null, quotient(before, others, parts), one);
            }
            Value first = before.value(OpCode.ADD, null, from, part);
            Block head = function.newBlock();
            Value round = head.addParameter(Type.INT);
            List<Value> entering = new ArrayList<>(List.of(zero));
            for (Reduction reduction : loop.reductions()) {
                Type type = reduction.parameter().type();
                values.put(reduction.parameter(), head.addParameter(type));
                entering.add(
                        isContinued
                                ? element(before, results.get(entering.size() - 1), part, type)
                                : before.value(
                                        OpCode.CONSTANT, reduction.operation().neutral(type)));
            }
            entry.setTerminator(new Jump(new Edge(head, entering), null));
            Block body = blocks.get(header);
            Block end = function.newBlock();
            Emitter testing = Emitter.appendingTo(head, loop.position());
            head.setTerminator(new Branch(
                    testing.value(OpCode.LT, null, round, rounds), Edge.to(body), Edge.to(end), loop.position()));
            Emitter beginning = Emitter.appendingTo(body, loop.position());
            values.put(
                    loop.index(),
                    beginning.value(OpCode.ADD, null, first, beginning.value(OpCode.MUL, null, round, parts)));
            copyInstructions(true);
            own.forEach((array, sums) -> accumulateIn(values.get(array), sums, parts, part));
            Block next = function.newBlock();
            Value following = Emitter.appendingTo(next, loop.position()).value(OpCode.ADD, null, round, one);
            List<Value> passed = new ArrayList<>(List.of(following));
            for (Reduction reduction : loop.reductions()) {
                passed.add(next.addParameter(reduction.parameter().type()));
            }
            next.setTerminator(new Jump(new Edge(head, passed), null));
            for (Block block : order) {
                blocks.get(block)
                        .setTerminator(
                                block == header
                                        ? new Jump(
                                                copied(loop.inside()),
                                                block.terminator().position())
                                        : block.terminator()
                                                .map(
                                                        this::value,
                                                        edge -> edge.target() == header
                                                                ? new Edge(next, nexts())
                                                                : copied(edge)));
            }
            Emitter storing = Emitter.appendingTo(end, loop.position());
            for (int index = 0; index < results.size(); index++) {
                Value reduced = values.get(loop.reductions().get(index).parameter());
                storing.emit(
                                OpCode.ARRAY_STORE,
                                reduced.type().descriptor(),
                                List.of(results.get(index), part, reduced))
                        .setProved(true);
            }
            end.setTerminator(new Return(null, null));
            return new Code(function, body);
        }

        private static Value quotient(Emitter emitter, Value number, Value divisor) {
            Instruction quotient = emitter.emit(OpCode.DIV, null, List.of(number, divisor));
            quotient.setProved(true);
            return quotient.value();
        }

        private static Value element(Emitter emitter, Value array, Value index, Type type) {
            Instruction load = emitter.emit(OpCode.ARRAY_LOAD, type.descriptor(), List.of(array, index));
            load.setProved(true);
            return load.value();
        }

        /**
         * Lets accesses of an array go to one where each element has a place for each part. That the index is one of the array itself is still checked, by a load whose result
         * nobody needs.
         */
        private void accumulateIn(Value array, Value sums, Value parts, Value part) {
            for (Block block : order) {
                Block copy = blocks.get(block);
                for (Instruction access : List.copyOf(copy.instructions())) {
                    boolean load = access.opCode() == OpCode.ARRAY_LOAD;
                    if (!load && access.opCode() != OpCode.ARRAY_STORE || access.operand(0) != array) {
                        continue;
                    }
                    List<Instruction> before = new ArrayList<>();
                    Emitter emitter = new Emitter(function, before::add, access.position());
                    if (load && access.mayThrow()) {
                        emitter.emit(OpCode.ARRAY_LOAD, access.attribute(), access.operands());
                    }
                    Value first = emitter.value(OpCode.MUL, null, access.operand(1), parts);
                    Value place = emitter.value(OpCode.ADD, null, first, part);
                    int at = copy.instructions().indexOf(access);
                    for (Instruction instruction : before) {
                        copy.insert(at++, instruction);
                    }
                    access.mapOperands(
                            operand -> operand == array ? sums : operand == access.operand(1) ? place : operand);
                    access.setProved(true);
                }
            }
        }

        private List<Value> nexts() {
            return loop.reductions().stream()
                    .map(reduction -> value(loop.next(reduction.parameter())))
                    .toList();
        }

        private Edge copied(Edge edge) {
            return new Edge(
                    blocks.get(edge.target()),
                    edge.arguments().stream().map(this::value).toList());
        }

        /** Parameters of the header are given by the caller. */
        private void newBlocks() {
            for (Block block : order) {
                Block copy = function.newBlock();
                blocks.put(block, copy);
                if (block != loop.loop().header()) {
                    block.parameters().forEach(parameter -> values.put(parameter, copy.addParameter(parameter.type())));
                }
            }
        }

        private void copyInstructions(boolean withoutTest) {
            // Results first, uses second: a block may come before the one that defines what it uses.
            Map<Instruction, Instruction> made = new HashMap<>();
            for (Block block : order) {
                for (Instruction instruction : block.instructions()) {
                    if (withoutTest && instruction == test()) {
                        continue;
                    }
                    Instruction copy = function.newInstruction(
                            instruction.opCode(),
                            instruction.attribute(),
                            instruction.operands(),
                            instruction.position());
                    copy.copyMarks(instruction);
                    if (lengths.computed().contains(instruction)) {
                        copy.setProved(true);
                    }
                    if (instruction.result() != null) {
                        copy.value().setType(instruction.value().type());
                        values.put(instruction.value(), given.getOrDefault(instruction.value(), copy.value()));
                    }
                    made.put(instruction, copy);
                    blocks.get(block).append(copy);
                }
            }
            made.values().forEach(copy -> copy.mapOperands(this::value));
        }

        /** An edge back to the header ends the round. */
        private Edge edge(Edge edge, Block end) {
            return edge.target() == loop.loop().header() ? Edge.to(end) : copied(edge);
        }

        private Value value(Value value) {
            Value known = values.get(value);
            if (known == null && value.isResultOf(OpCode.CONSTANT)) {
                Instruction constant = Objects.requireNonNull(value.definition());
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
