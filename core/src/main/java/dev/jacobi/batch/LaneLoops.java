package dev.jacobi.batch;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link Strip#WIDTH} examples go through the code in step. What is the same for all examples is computed once. What differs is computed in innermost loops over the lanes, all of them
 * over the same short arrays from 0 on, which HotSpot and LLVM make vector instructions of; values that live from one such loop to another are kept in these arrays.
 *
 * <p>Nothing is written that others could see but the results, so an exception, or the end of a way that leads nowhere else, is no matter: {@link BatchCode} does the examples of that
 * strip one after the other instead, which throws what is to be thrown. Each example has the bits that it has alone, since each operation is done for each lane as it stands.
 */
final class LaneLoops {
    private static final int LONGEST_LOCAL = 1 << 20;

    private final BatchSignature signature;
    private final Function scalar;
    private final Divergence divergence;
    private final Segments segments;
    private final Strip strip;
    private final Function function;
    private final Map<Block, Block> heads = new HashMap<>();

    private LaneLoops(BatchSignature signature, Function scalar, Divergence divergence) {
        this.signature = signature;
        this.scalar = scalar;
        this.divergence = divergence;
        segments = new Segments(scalar, divergence);
        strip = new Strip(BatchFrame.of(signature, scalar));
        function = strip.function();
    }

    /**
     * Makes the function; its parameters are those of {@link BatchLoop} under {@link dev.jacobi.Layout#LANES}, and it does as many whole strips as there are.
     *
     * @param scalar the code of one example, for which {@link Divergence#obstacle} is empty
     */
    static Function of(BatchSignature signature, Function scalar, Divergence divergence) {
        LaneLoops loops = new LaneLoops(signature, scalar, divergence);
        loops.make();
        return loops.function;
    }

    private void make() {
        BatchFrame frame = strip.frame();
        Emitter emitter = Emitter.appendingTo(strip.start(), null);
        Value left = emitter.value(OpCode.SUB, null, frame.to(), strip.first());
        Value whole = emitter.value(OpCode.GE, null, left, emitter.constant(Type.INT, Strip.WIDTH));
        Block start = function.newBlock();
        strip.start().setTerminator(new Branch(whole, Edge.to(start), Edge.to(frame.end()), null));
        Emitter starting = Emitter.appendingTo(start, null);
        starting.emit(
                        OpCode.ARRAY_STORE,
                        ConstantDescs.CD_int,
                        List.of(Objects.requireNonNull(frame.progress()), starting.constant(Type.INT, 0), strip.first()))
                .setProved(true);
        for (Block block : scalar.blocks()) {
            if (divergence.returns(block)) {
                Block head = function.newBlock();
                heads.put(block, head);
                for (Value parameter : block.parameters()) {
                    if (divergence.isVarying(parameter)) {
                        if (!divergence.isOwnArray(parameter)) {
                            strip.lanes().put(parameter, strip.newLaneArray(parameter.type()));
                        }
                    } else if (block != scalar.entry()) {
                        strip.uniform().put(parameter, head.addParameter(parameter.type()));
                    }
                }
            }
        }
        StripArguments.bring(start, signature, scalar, divergence, strip);
        start.setTerminator(new Jump(Edge.to(heads.get(scalar.entry())), null));
        for (Value escaping : segments.escaping()) {
            strip.lanes().computeIfAbsent(escaping, value -> strip.newLaneArray(value.type()));
        }
        // Values are defined in blocks that dominate their uses, which come first in this order.
        for (Block block : ReversePostorder.of(scalar).blocks()) {
            if (divergence.returns(block)) {
                make(block);
            }
        }
        frame.entry().setTerminator(new Jump(Edge.to(strip.start(), frame.from()), null));
    }

    private void make(Block block) {
        Block[] current = {heads.get(block)};
        Map<Instruction, Value> places = new HashMap<>();
        for (Instruction instruction : block.instructions()) {
            if (!segments.isVarying(instruction)) {
                makeUniform(current, instruction);
            } else if (segments.isElementAccess(instruction)) {
                places.put(instruction, place(current, instruction));
            }
        }
        Terminator terminator = block.terminator();
        List<List<Instruction>> parts = segments.of(block);
        Value leaves = null;
        for (int part = 0; part < parts.size(); part++) {
            boolean last = part == parts.size() - 1;
            List<Instruction> work = parts.get(part);
            Value chosen = last && terminator instanceof Branch branch && divergence.isVarying(branch.condition())
                    ? branch.condition()
                    : null;
            if (work.isEmpty() && chosen == null && !(last && moves(terminator))) {
                continue;
            }
            LaneLoop.Made made = loop(places).make(current[0], work, last ? terminator : null, chosen);
            current[0] = made.after();
            leaves = made.leaves();
        }
        makeEnd(current[0], terminator, leaves);
    }

    private LaneLoop loop(Map<Instruction, Value> places) {
        return new LaneLoop(signature, divergence, segments, strip, places);
    }

    /** Whether something is done in each lane at the end of a block. */
    private boolean moves(Terminator terminator) {
        return switch (terminator) {
            case Return(Value value, var _) -> value != null && strip.frame().results() != null;
            case Jump(Edge edge, var _) -> hasVarying(edge);
            default -> false;
        };
    }

    private boolean hasVarying(Edge edge) {
        return divergence.returns(edge.target())
                && edge.target().parameters().stream().anyMatch(divergence::isVarying);
    }

    private void makeUniform(Block[] current, Instruction instruction) {
        Emitter emitter = Emitter.appendingTo(current[0], instruction.position());
        if (!instruction.operands().isEmpty() && divergence.isOwnArray(instruction.operand(0))) {
            if (instruction.opCode() == OpCode.ARRAY_LENGTH) {
                strip.uniform().put(instruction.value(), strip.lengths().get(instruction.operand(0)));
            }
            return;
        }
        Instruction made = emitter.emit(
                instruction.opCode(),
                instruction.attribute(),
                instruction.operands().stream().map(strip.uniform()::get).toList());
        made.copyMarks(instruction);
        if (instruction.result() != null) {
            made.value().setType(instruction.value().type());
            strip.uniform().put(instruction.value(), made.value());
        }
    }

    /** Makes a local array of all lanes, or computes where the elements of all lanes lie, and checks the index. */
    private @Nullable Value place(Block[] current, Instruction access) {
        Emitter emitter = Emitter.appendingTo(current[0], access.position());
        if (access.opCode() == OpCode.NEW_ARRAY) {
            Value length = strip.uniform().get(access.operand(0));
            current[0] = strip.check(current[0], inRange(emitter, length, emitter.constant(Type.INT, LONGEST_LOCAL)));
            emitter = Emitter.appendingTo(current[0], access.position());
            Value width = emitter.constant(Type.INT, Strip.WIDTH);
            Value all = emitter.value(
                    OpCode.NEW_ARRAY, access.classAttribute(), emitter.value(OpCode.MUL, null, length, width));
            strip.lengths().put(access.value(), length);
            strip.elements().put(access.value(), new Strip.Elements(all, width, null));
            return null;
        }
        Value array = access.operand(0);
        Value index = strip.uniform().get(access.operand(1));
        if (!access.isProved()) {
            current[0] = strip.check(current[0], inRange(emitter, index, strip.lengths().get(array)));
            emitter = Emitter.appendingTo(current[0], access.position());
        }
        Strip.Elements own = strip.elements().get(array);
        Value place = emitter.value(OpCode.MUL, null, index, own.stride());
        return own.start() == null ? place : emitter.value(OpCode.ADD, null, place, own.start());
    }

    private static Value inRange(Emitter emitter, Value index, Value length) {
        Value notNegative = emitter.value(OpCode.GE, null, index, emitter.constant(Type.INT, 0));
        return emitter.value(OpCode.AND, null, notNegative, emitter.value(OpCode.LT, null, index, length));
    }

    private void makeEnd(Block block, Terminator terminator, @Nullable Value leaves) {
        switch (terminator) {
            case Return _ -> {
                Emitter emitter = Emitter.appendingTo(block, null);
                Value next = emitter.value(OpCode.ADD, null, strip.first(), emitter.constant(Type.INT, Strip.WIDTH));
                block.setTerminator(new Jump(Edge.to(strip.start(), next), null));
            }
            case Jump(Edge edge, var position) -> block.setTerminator(new Jump(to(edge), position));
            case Branch branch
            when leaves != null -> {
                Edge stays = divergence.returns(branch.ifTrue().target()) ? branch.ifTrue() : branch.ifFalse();
                block.setTerminator(new Branch(leaves, Edge.to(strip.outOfStep()), moving(stays), branch.position()));
            }
            case Branch branch ->
                block.setTerminator(new Branch(
                        strip.uniform().get(branch.condition()),
                        moving(branch.ifTrue()),
                        moving(branch.ifFalse()),
                        branch.position()));
            case Switch choice -> {
                SortedMap<Integer, Edge> cases = new TreeMap<>();
                choice.cases().forEach((key, edge) -> cases.put(key, moving(edge)));
                block.setTerminator(new Switch(
                        strip.uniform().get(choice.selector()), cases, moving(choice.otherwise()), choice.position()));
            }
            case Throw _ -> block.setTerminator(new Jump(Edge.to(strip.outOfStep()), null));
        }
    }

    /** An edge for what is the same for all examples. */
    private Edge to(Edge edge) {
        if (!divergence.returns(edge.target())) {
            return Edge.to(strip.outOfStep());
        }
        List<Value> passed = new ArrayList<>();
        for (int index = 0; index < edge.arguments().size(); index++) {
            if (!divergence.isVarying(edge.target().parameter(index))) {
                passed.add(strip.uniform().get(edge.arguments().get(index)));
            }
        }
        return new Edge(heads.get(edge.target()), passed);
    }

    /** As {@link #to}, over a loop that moves what differs, if there is such. */
    private Edge moving(Edge edge) {
        if (!hasVarying(edge)) {
            return to(edge);
        }
        Block before = function.newBlock();
        Block after = loop(Map.of())
                .make(before, List.of(), new Jump(edge, null), null)
                .after();
        after.setTerminator(new Jump(to(edge), null));
        return Edge.to(before);
    }
}
