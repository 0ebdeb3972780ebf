package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.InitializedClasses;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads fields of objects before a loop instead of in each round, so that the loop uses numbers and arrays only. They are read if there is a round at all, and only those that each round
 * reads, before it can do or throw anything else, or of objects that are not null: so what is null is found out where Java finds it out. Rounds write no fields, or the loop is refused, and volatile fields stay
 * where they are.
 *
 * <p>So is a class initialised that each round uses before it does anything else, reads memory too, into which the static initialiser might write.
 */
final class HoistFields {
    private final Loop loop;
    private final Function function;
    private final ClassKnowledge classes;
    private final Dominators dominators;

    private HoistFields(Loop loop, Loops loops, Function function, ClassKnowledge classes) {
        this.loop = loop;
        this.function = function;
        this.classes = classes;
        this.dominators = loops.dominators();
    }

    /** Changes a loop that tests in its header; whether there was something to do. */
    static boolean run(Loop loop, Loops loops, Function function, ClassKnowledge classes) {
        return new HoistFields(loop, loops, function, classes).run();
    }

    private boolean run() {
        List<Instruction> loads = loads();
        if (loads.isEmpty()
                || loop.preheader() == null
                || !(loop.header().terminator() instanceof Branch)
                || !loop.header().instructions().stream().allMatch(Instruction::isPure)) {
            return false;
        }
        Branch branch = (Branch) loop.header().terminator();
        boolean staysIfTrue = loop.contains(branch.ifTrue().target());
        Edge exit = staysIfTrue ? branch.ifFalse() : branch.ifTrue();
        Block header = loop.header();
        if (loop.contains(exit.target())
                || !function.predecessors().get(exit.target()).equals(List.of(header))) {
            return false;
        }
        passOn(exit.target());
        branch = (Branch) header.terminator();
        exit = staysIfTrue ? branch.ifFalse() : branch.ifTrue();
        Block preheader = loop.preheader();
        Edge entering = preheader.edges().getFirst();
        // What the header computes, for the first round.
        Map<Value, Value> first = new HashMap<>();
        for (int index = 0; index < header.parameters().size(); index++) {
            first.put(header.parameter(index), entering.arguments().get(index));
        }
        for (Instruction instruction : header.instructions()) {
            List<Value> operands = instruction.operands().stream()
                    .map(value -> first.getOrDefault(value, value))
                    .toList();
            Instruction copy =
                    preheader.append(instruction.opCode(), instruction.attribute(), operands, instruction.position());
            copy.value().setType(instruction.value().type());
            first.put(instruction.value(), copy.value());
        }
        Block reading = function.newBlock();
        Block skipping = function.newBlock();
        skipping.setTerminator(new Jump(exit.map(value -> first.getOrDefault(value, value)), branch.position()));
        reading.setTerminator(new Jump(entering, branch.position()));
        for (Instruction load : loads) {
            Objects.requireNonNull(load.block()).remove(load);
            reading.append(load);
        }
        Value any = first.getOrDefault(branch.condition(), branch.condition());
        preheader.setTerminator(new Branch(
                any,
                Edge.to(staysIfTrue ? reading : skipping),
                Edge.to(staysIfTrue ? skipping : reading),
                branch.position()));
        return true;
    }

    /** Gives the block behind the loop what the header defines, wherever it is used behind the loop: it will not be the only way there. */
    private void passOn(Block exit) {
        Block header = loop.header();
        List<Value> defined = new ArrayList<>(header.parameters());
        header.instructions().forEach(instruction -> defined.add(instruction.value()));
        Set<Value> used = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            if (!loop.contains(block)) {
                block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
                used.addAll(block.terminator().operands());
                block.edges().forEach(edge -> used.addAll(edge.arguments()));
            }
        }
        used.retainAll(defined);
        Map<Value, Value> passed = new HashMap<>();
        used.forEach(value -> passed.put(value, exit.addParameter(value.type())));
        for (Block block : function.blocks()) {
            if (!loop.contains(block)) {
                block.mapUses(value -> passed.getOrDefault(value, value));
            }
        }
        header.mapEdges(edge -> edge.target() == exit ? edge.plus(List.copyOf(used)) : edge);
    }

    /** In the order in which a round does them. */
    private List<Instruction> loads() {
        List<Instruction> found = new ArrayList<>();
        Set<Value> values = new HashSet<>();
        Set<Value> notNull = new HashSet<>();
        Block latch = loop.latch();
        boolean first = true;
        boolean untouched = true; // nothing that stays has read what a static initialiser might write
        Block before = loop.header();
        for (Block block : loop.blocks()) {
            if (latch == null || block == loop.header() || !dominators.dominates(block, latch)) {
                continue;
            }
            // Between the two there may be something that only some rounds do.
            first &= before.successors().contains(block)
                    && (before == loop.header() || before.successors().size() == 1);
            before = block;
            for (Instruction instruction : block.instructions()) {
                boolean field = instruction.opCode() == OpCode.GET_FIELD
                        && !instruction.isNoted()
                        && !classes.mayBeVolatile(instruction.field());
                Value object = field || instruction.opCode() == OpCode.NULL_CHECK ? instruction.operand(0) : null;
                boolean same = object != null && (!loop.contains(object.block()) || values.contains(object));
                if (same && (first || notNull.contains(object) || !instruction.mayThrow())) {
                    found.add(instruction);
                    notNull.add(object);
                    if (instruction.result() != null) {
                        values.add(instruction.value());
                    }
                } else if (first && untouched && isInitializing(instruction)) {
                    for (Value initializer : instruction.operands()) {
                        if (loop.contains(initializer.block()) && values.add(initializer)) {
                            found.add(Objects.requireNonNull(initializer.definition()));
                        }
                    }
                    found.add(instruction);
                    if (instruction.result() != null) {
                        values.add(instruction.value());
                    }
                } else {
                    untouched &= instruction.opCode().effect() == OpCode.Effect.PURE;
                    first &= !instruction.mayThrow()
                            && instruction.opCode().effect() != OpCode.Effect.WRITE
                            && instruction.opCode().effect() != OpCode.Effect.CALL;
                }
            }
        }
        return found.stream().anyMatch(load -> load.opCode() == OpCode.GET_FIELD || isInitializing(load))
                ? found
                : List.of();
    }

    /** Whether an instruction may initialise a class, and gives no value that may be another one in the next round. */
    private boolean isInitializing(Instruction instruction) {
        boolean same = instruction.opCode() == OpCode.GET_STATIC
                ? !classes.mayBeVolatile(instruction.field())
                        || Uses.of(function).of(instruction.value()).isEmpty()
                : ClassInitializer.initializedBy(instruction) != null;
        return same && InitializedClasses.mayRunInitializer(instruction, classes);
    }
}
