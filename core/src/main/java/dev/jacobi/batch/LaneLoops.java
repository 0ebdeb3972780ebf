package dev.jacobi.batch;

import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Switch;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
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
 * <p>Nothing is written that others could see but the results, what was brought for the strip, and, when nothing can throw any more, sums. So an exception, or the end of a way that leads nowhere else, is no matter: {@link BatchCode} does the examples of that
 * strip one after the other instead, which throws what is to be thrown. Each example has the bits that it has alone, since each operation is done for each lane as it stands.
 */
final class LaneLoops {
    private static final int LONGEST_LOCAL = 1 << 20;
    /** The most elements of one example on a tape; with more the tapes of all lanes would hardly be in a cache. Products of two such numbers do not overflow. */
    private static final int LONGEST_TAPE = 1 << 15;

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
                    if (isInLanes(parameter)) {
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

    /** Whether each lane has an element for a value. Arrays that examples make are one array for all lanes. */
    private boolean isInLanes(Value value) {
        return divergence.isVarying(value) && !divergence.isLocalArray(value);
    }

    private void make(Block block) {
        Block[] current = {heads.get(block)};
        Map<Instruction, Value> places = new HashMap<>();
        List<List<Instruction>> parts = segments.of(block);
        List<Instruction> atEnd = new ArrayList<>();
        int part = 0;
        for (Instruction instruction : block.instructions()) {
            if (SummedRecords.isAddition(instruction) || OwnArrays.isTape(instruction, KnownCall.RELEASE)) {
                atEnd.add(instruction);
            } else if (!segments.isVarying(instruction)) {
                makeUniform(current, instruction);
            } else {
                while (segments.isBehind(block, part, instruction)) {
                    current[0] = loop(places)
                            .make(current[0], parts.get(part), null, null)
                            .after();
                    part++;
                }
                if (divergence.isArrayWork(instruction)) {
                    makeArray(current, instruction);
                } else if (segments.isElementAccess(instruction)) {
                    places.put(instruction, place(current, instruction));
                }
            }
        }
        Terminator terminator = block.terminator();
        Value chosen = terminator instanceof Branch branch && divergence.isVarying(branch.condition())
                ? branch.condition()
                : null;
        List<Instruction> work = parts.get(part);
        Value leaves = null;
        if (!work.isEmpty() || chosen != null || moves(terminator)) {
            LaneLoop.Made made = loop(places).make(current[0], work, terminator, chosen);
            current[0] = made.after();
            leaves = made.leaves();
        }
        atEnd.forEach(call -> makeAtEnd(current[0], call));
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
                && edge.target().parameters().stream().anyMatch(this::isInLanes);
    }

    private void makeUniform(Block[] current, Instruction instruction) {
        Emitter emitter = Emitter.appendingTo(current[0], instruction.position());
        if (!instruction.operands().isEmpty() && divergence.isOwnArray(instruction.operand(0))) {
            if (instruction.opCode() == OpCode.ARRAY_LENGTH) {
                strip.uniform().put(instruction.value(), length(emitter, instruction.operand(0)));
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

    /** The number of elements that each example has in an array. */
    private Value length(Emitter emitter, Value array) {
        Value known = strip.lengths().get(array);
        if (known != null) {
            return known;
        }
        Value all = emitter.value(OpCode.ARRAY_LENGTH, null, strip.elements(array).array());
        return emitter.value(OpCode.DIV, null, all, emitter.constant(Type.INT, Strip.WIDTH));
    }

    /** Makes an array of all lanes, or makes one longer. */
    private void makeArray(Block[] current, Instruction work) {
        Emitter emitter = Emitter.appendingTo(current[0], work.position());
        Value all;
        if (work.opCode() == OpCode.NEW_ARRAY) {
            Value length = strip.uniform().get(work.operand(0));
            current[0] = strip.check(current[0], inRange(emitter, length, emitter.constant(Type.INT, LONGEST_LOCAL)));
            emitter = Emitter.appendingTo(current[0], work.position());
            Value width = emitter.constant(Type.INT, Strip.WIDTH);
            all = emitter.value(
                    OpCode.NEW_ARRAY, work.classAttribute(), emitter.value(OpCode.MUL, null, length, width));
            strip.lengths().put(work.value(), length);
        } else if (work.operands().isEmpty()) {
            all = emitter.value(OpCode.INVOKE_STATIC, work.method());
        } else {
            Value needed = needed(current, work);
            emitter = Emitter.appendingTo(current[0], work.position());
            ClassDesc array = work.method().type().returnType();
            MethodReference ensure = new MethodReference(
                    work.method().owner(),
                    work.method().name(),
                    MethodTypeDesc.of(array, array, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
                    false);
            all = emitter.value(
                    OpCode.INVOKE_STATIC,
                    ensure,
                    strip.uniform().get(work.operand(0)),
                    emitter.constant(Type.INT, 0),
                    needed,
                    emitter.constant(Type.INT, Strip.WIDTH));
        }
        all.setType(work.value().type());
        strip.uniform().put(work.value(), all);
    }

    /** The number of elements that each example needs on a tape: top, or top plus number times size of records. Where these are too many, examples are done one by one. */
    private Value needed(Block[] current, Instruction ensure) {
        for (Value operand : ensure.operands().subList(1, ensure.operands().size())) {
            Value own = strip.uniform().get(operand);
            Emitter emitter = Emitter.appendingTo(current[0], ensure.position());
            current[0] = strip.check(current[0], inRange(emitter, own, emitter.constant(Type.INT, LONGEST_TAPE)));
        }
        Emitter emitter = Emitter.appendingTo(current[0], ensure.position());
        List<Value> operands = ensure.operands().stream().skip(1).map(strip.uniform()::get).toList();
        Value needed = operands.getFirst();
        if (operands.size() == 3) {
            needed = emitter.value(
                    OpCode.ADD, null, needed, emitter.value(OpCode.MUL, null, operands.get(1), operands.get(2)));
            current[0] = strip.check(current[0], inRange(emitter, needed, emitter.constant(Type.INT, LONGEST_TAPE)));
        }
        return needed;
    }

    /** Adds what was recorded, when nothing can throw any more, or gives the array of a tape back. */
    private void makeAtEnd(Block block, Instruction call) {
        Emitter emitter = Emitter.appendingTo(block, call.position());
        MethodReference method = call.method();
        if (SummedRecords.isAddition(call)) {
            method = SummedRecords.ofStrip(call, divergence.isLocalArray(call.operand(2)));
            // Whoever finds this after an exception knows that the sums are half done.
            emitter.emit(
                            OpCode.ARRAY_STORE,
                            ConstantDescs.CD_int,
                            List.of(
                                    Objects.requireNonNull(strip.frame().progress()),
                                    emitter.constant(Type.INT, 0),
                                    emitter.constant(Type.INT, -1)))
                    .setProved(true);
        }
        emitter.emit(
                OpCode.INVOKE_STATIC,
                method,
                call.operands().stream().map(strip.uniform()::get).toList());
    }

    /** Computes where the elements of all lanes lie, and checks the index. */
    private Value place(Block[] current, Instruction access) {
        Emitter emitter = Emitter.appendingTo(current[0], access.position());
        Value array = access.operand(0);
        Value index = strip.uniform().get(access.operand(1));
        if (!access.isProved()) {
            current[0] = strip.check(current[0], inRange(emitter, index, length(emitter, array)));
            emitter = Emitter.appendingTo(current[0], access.position());
        }
        Strip.Elements own = strip.elements(array);
        Value stride = own.stride() != null ? own.stride() : emitter.constant(Type.INT, Strip.WIDTH);
        Value place = emitter.value(OpCode.MUL, null, index, stride);
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
            if (!isInLanes(edge.target().parameter(index))) {
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
