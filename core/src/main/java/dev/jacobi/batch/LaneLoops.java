package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.batch.LaneMasks.Active;
import dev.jacobi.batch.MaskedOrder.Once;
import dev.jacobi.batch.MaskedOrder.Region;
import dev.jacobi.batch.MaskedOrder.Rounds;
import dev.jacobi.batch.MaskedOrder.Step;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets {@link Strip#WIDTH} examples go through the code in step. What is the same for all examples is computed once. What differs is computed in innermost loops over the lanes, all of them
 * over the same short arrays from 0 on, which HotSpot and LLVM make vector instructions of; values that live from one such loop to another are kept in these arrays.
 *
 * <p>Where examples go different ways, all blocks of all ways are done one after the other, each for the lanes that go through it, and skipped if there are none; a loop ends when no lane
 * is left in it, or so few that the strip is better done one by one. What is the same for all that go through such a block is computed once there too, and throws only if an example would.
 *
 * <p>Nothing is written that others could see but the results, what was brought for the strip, and, when nothing can throw any more, sums. So an exception, or the end of a way that leads nowhere else, is no matter: {@link BatchCode} does the examples of that
 * strip one after the other instead, which throws what is to be thrown. Each example has the bits that it has alone, since each operation is done for each lane as it stands.
 */
final class LaneLoops {
    private final BatchSignature signature;
    private final Function scalar;
    private final Divergence divergence;
    private final Segments segments;
    private final Strip strip;
    private final StripArrays arrays;
    private final LaneMasks masks;
    private final MaskWorth worth;
    private final StripSums sums;
    private final KeptArrays kept;
    private final ReturnedRows rows;
    private final Function function;
    private final Block finished;
    private final LaneEdges edges;

    private LaneLoops(BatchSignature signature, Divergence divergence, int mostLost, boolean staged) {
        this.signature = signature;
        this.divergence = divergence;
        scalar = divergence.function();
        segments = new Segments(scalar, divergence);
        strip = new Strip(signature, BatchFrame.ofStrips(signature, scalar), staged);
        arrays = new StripArrays(strip);
        masks = new LaneMasks(strip, divergence);
        worth = new MaskWorth(strip, segments, mostLost);
        sums = new StripSums(strip, divergence);
        kept = new KeptArrays(strip, divergence);
        rows = new ReturnedRows(strip, divergence);
        function = strip.function();
        finished = function.newBlock();
        edges = new LaneEdges(strip, divergence, finished, (block, before) -> loop(block, before, Map.of()));
    }

    /**
     * Makes the function; its parameters are those of {@link BatchLoop} under {@link dev.jacobi.Layout#LANES}, and it does as many whole strips as there are.
     *
     * @param divergence of the code of one example, in which {@link StepObstacles} finds none
     * @param regions the blocks that only some examples go through
     * @param mostLost how many additions may be done in vain before examples are done one by one
     * @param staged whether loops over the lanes are to use short arrays alone
     */
    static Function of(
            BatchSignature signature, Divergence divergence, List<Region> regions, int mostLost, boolean staged) {
        LaneLoops loops = new LaneLoops(signature, divergence, mostLost, staged);
        loops.make(regions);
        return loops.function;
    }

    private void make(List<Region> regions) {
        BatchFrame frame = strip.frame();
        Emitter emitter = Emitter.appendingTo(strip.start(), null);
        Value left = emitter.value(OpCode.SUB, null, frame.to(), strip.first());
        Value whole = emitter.value(OpCode.GE, null, left, emitter.constant(Type.INT, Strip.WIDTH));
        Block start = function.newBlock();
        strip.start().setTerminator(new Branch(whole, Edge.to(start), Edge.to(frame.end()), null));
        Emitter starting = Emitter.appendingTo(start, null);
        strip.setProgress(starting, strip.first());
        List<Block> returning = divergence.returning();
        for (Block block : returning) {
            if (!divergence.masked().isMasked(block)) {
                edges.begins(block, function.newBlock());
            }
            for (Value parameter : block.parameters()) {
                if (divergence.isInLanes(parameter) && !divergence.isOwnArray(parameter)) {
                    strip.lanes().put(parameter, strip.newLaneArray(parameter.type()));
                }
            }
        }
        for (Region region : regions) {
            Block head = function.newBlock();
            region.blocks().forEach(block -> edges.begins(block, head));
        }
        regions.forEach(region -> edges.findRounds(region.steps()));
        for (Value escaping : segments.escaping()) {
            strip.lanes().computeIfAbsent(escaping, value -> strip.newLaneArray(value.type()));
        }
        StripArguments.bring(start, signature, scalar, divergence, strip);
        sums.begin(start);
        kept.begin(start);
        start.setTerminator(new Jump(Edge.to(edges.head(scalar.entry())), null));
        // Values are defined in blocks that dominate their uses, which come first in this order.
        for (Block block : returning) {
            if (!divergence.masked().isMasked(block)) {
                Block head = edges.head(block);
                edges.makeEnd(make(block, regions.isEmpty() ? head : worth.weigh(block, null, head)), block);
            }
        }
        for (Region region : regions) {
            Block exit = region.exit();
            Block end =
                    make(region.steps(), edges.head(region.blocks().iterator().next()));
            end.setTerminator(new Jump(Edge.to(exit == null ? finished : edges.head(exit)), null));
        }
        finishStrip();
        frame.entry().setTerminator(new Jump(Edge.to(strip.start(), frame.from()), null));
        strip.finish();
    }

    private void finishStrip() {
        Emitter emitter = Emitter.appendingTo(finished, null);
        Value results = strip.frame().results();
        Value ofLanes = strip.results();
        if (results != null && ofLanes != null) {
            Strip.copy(emitter, ofLanes, emitter.constant(Type.INT, 0), results, strip.first());
        }
        kept.finish(finished);
        sums.finish(finished);
        emitter = Emitter.appendingTo(finished, null);
        Value next = emitter.value(OpCode.ADD, null, strip.first(), emitter.constant(Type.INT, Strip.WIDTH));
        finished.setTerminator(new Jump(Edge.to(strip.start(), next), null));
    }

    /** Makes blocks under their masks, and gives the block in which to go on. */
    private Block make(List<Step> steps, Block start) {
        Block current = start;
        for (Step step : steps) {
            current = switch (step) {
                case Once(Block block) -> makeOnce(block, current);
                case Rounds(Block header, List<Step> inside) -> makeRounds(header, inside, current);
            };
        }
        return current;
    }

    private Block makeOnce(Block block, Block current) {
        Block after = function.newBlock();
        makeIfAny(block, current, after, false).setTerminator(new Jump(Edge.to(after), null));
        return after;
    }

    private Block makeRounds(Block header, List<Step> inside, Block current) {
        Block round = function.newBlock();
        current.setTerminator(new Jump(Edge.to(round), null));
        edges.beginRound(header, round);
        Block after = function.newBlock();
        Block end = makeIfAny(header, round, after, true);
        make(inside.subList(1, inside.size()), end).setTerminator(new Jump(Edge.to(round), null));
        return after;
    }

    /** Makes a block, which is done if any lane goes through it. */
    private Block makeIfAny(Block block, Block current, Block otherwise, boolean inRounds) {
        Active active = new Active(block);
        Block inside = function.newBlock();
        Value count = strip.read(active, current);
        current.setTerminator(new Branch(count, Edge.to(inside), Edge.to(otherwise), null));
        Block working = worth.weigh(block, count, inside);
        if (inRounds) {
            working = worth.countRound(count, working);
        }
        strip.write(active, working, Emitter.appendingTo(working, null).constant(Type.INT, 0));
        Block end = make(block, working);
        edges.passUniform(block.terminator().edges(), end);
        return end;
    }

    /** Makes what a block computes, and what is done in the lanes at its end. */
    private Block make(Block block, Block start) {
        Block[] current = {start};
        Map<Instruction, Value> places = new HashMap<>();
        List<List<Instruction>> parts = segments.of(block);
        List<Instruction> atEnd = new ArrayList<>();
        int part = 0;
        for (Instruction instruction : block.instructions()) {
            if (isDoneOutside(instruction)) {
                continue;
            }
            if (OwnArrays.isTape(instruction, KnownCall.RELEASE)) {
                atEnd.add(instruction);
            } else if (!segments.isVarying(instruction)) {
                makeUniform(current[0], instruction);
            } else {
                while (segments.isBehind(block, part, instruction)) {
                    current[0] = loop(block, current[0], places).make(parts.get(part), null);
                    part++;
                }
                if (divergence.isUnevenEnsure(instruction)) {
                    makeLonger(block, current, instruction);
                } else if (divergence.isArrayWork(instruction)) {
                    define(instruction, arrays.makeArray(current, instruction), current[0]);
                } else if (SummedRecords.isRecord(instruction)) {
                    places.put(instruction, sums.place(instruction, current, StripArrays.LONGEST_TAPE));
                } else if (segments.isElementAccess(instruction) && !divergence.isVarying(instruction.operand(1))) {
                    places.put(instruction, arrays.place(current, instruction));
                }
            }
        }
        Terminator end = edges.endsInLanes(block) ? block.terminator() : null;
        List<Instruction> work = parts.get(part).stream()
                .filter(instruction -> !divergence.isArrayWork(instruction))
                .toList();
        if (ReturnedRows.endsWith(block)) {
            if (!work.isEmpty()) {
                current[0] = loop(block, current[0], places).make(work, null);
            }
            current[0] = rows.make(block, masks.of(block), current[0]);
            work = List.of();
        }
        if (!work.isEmpty() || end != null) {
            current[0] = loop(block, current[0], places).make(work, end);
        }
        atEnd.forEach(call -> arrays.release(current[0], call));
        return current[0];
    }

    /** Whether an instruction makes or gives back a tape that is there as long as the strip. */
    private boolean isDoneOutside(Instruction instruction) {
        return OwnArrays.isTape(instruction, KnownCall.ACQUIRE) && strip.isKept(instruction.value())
                || OwnArrays.isTape(instruction, KnownCall.RELEASE) && strip.isKept(instruction.operand(0));
    }

    private void makeLonger(Block block, Block[] current, Instruction ensure) {
        Value[] most = new Value[1];
        current[0] = loop(block, current[0], Map.of()).measure(ensure, needed -> most[0] = needed);
        define(ensure, arrays.makeLonger(current[0], ensure, most[0]), current[0]);
    }

    private LaneLoop loop(Block block, Block before, Map<Instruction, Value> places) {
        return new LaneLoop(strip, divergence, segments, masks, sums, block, before, places);
    }

    private void makeUniform(Block current, Instruction instruction) {
        Emitter emitter = Emitter.appendingTo(current, instruction.position());
        if (!instruction.operands().isEmpty() && divergence.isOwnArray(instruction.operand(0))) {
            if (instruction.opCode() == OpCode.ARRAY_LENGTH) {
                define(instruction, strip.lengthOf(instruction.operand(0), current), current);
            }
            return;
        }
        Instruction made = emitter.emit(
                instruction.opCode(), instruction.attribute(), strip.uniform(instruction.operands(), current));
        made.copyMarks(instruction);
        if (instruction.result() != null) {
            made.value().setType(instruction.value().type());
            define(instruction, made.value(), current);
        }
    }

    /** What is made on one way only to blocks under masks does not dominate them any more. */
    private void define(Instruction instruction, Value made, Block current) {
        if (divergence.masked().parting().isEmpty()) {
            strip.define(instruction.value(), made);
        } else {
            strip.write(instruction.value(), current, made);
        }
    }
}
