package dev.jacobi.batch;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.batch.LaneMasks.Tally;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/** Code that counts whether it pays to have lanes go under masks, and gives up where it does not. */
final class MaskWorth {
    /** How many times as fast a lane is as an example by itself. */
    private static final int GAIN = 4;
    /** What it costs in each lane, in additions, to find out which lanes go through a block. */
    private static final int MASKING = 2;
    /** What it costs to record what is added to a sum, and to add it. */
    private static final int RECORDING = 4;
    /** So many additions may be done in vain in a call of a few strips, */
    static final int MOST_LOST = 1 << 14;
    /** and so many more after much work with many lanes. */
    private static final int MOST_CREDIT = 1 << 22;
    /** So many rounds of loops without some lanes: the example of one that goes on may never end, but an earlier one throw. */
    private static final int MOST_UNEVEN_ROUNDS = 1 << 24;

    private static final int MOST_COST = 1 << 12;

    private final Strip strip;
    private final Segments segments;
    private final int mostLost;

    /** @param mostLost how many additions may be done in vain */
    MaskWorth(Strip strip, Segments segments, int mostLost) {
        this.strip = strip;
        this.segments = segments;
        this.mostLost = mostLost;
    }

    /**
     * Gives up where few lanes are at work for long; what all do is to its credit. Gives the block in which to go on.
     *
     * @param block that is done
     * @param count how many lanes go through it, or null for all
     * @param current where the code is appended
     */
    Block weigh(Block block, @Nullable Value count, Block current) {
        int cost = 0;
        for (Instruction instruction : block.instructions()) {
            int own = SummedRecords.isRecord(instruction)
                    ? RECORDING
                    : instruction.opCode().cost();
            cost += segments.isVarying(instruction) ? own : 0;
        }
        cost = Math.min(cost, MOST_COST);
        if (count == null && cost == 0) {
            return current;
        }
        Emitter emitter = Emitter.appendingTo(current, null);
        Value gained = count == null
                ? emitter.constant(Type.INT, GAIN * cost * Strip.WIDTH)
                : emitter.value(OpCode.MUL, null, count, emitter.constant(Type.INT, GAIN * cost));
        Value spent = emitter.constant(Type.INT, (count == null ? cost : cost + MASKING) * Strip.WIDTH);
        Value lost = emitter.value(
                OpCode.ADD, null, strip.read(Tally.LOST, current), emitter.value(OpCode.SUB, null, spent, gained));
        Value least = emitter.constant(Type.INT, -MOST_CREDIT);
        Value enough = emitter.value(OpCode.LT, null, lost, least);
        strip.write(Tally.LOST, current, emitter.value(OpCode.SELECT, null, enough, least, lost));
        return count == null
                ? current
                : strip.check(current, emitter.value(OpCode.LE, null, lost, emitter.constant(Type.INT, mostLost)));
    }

    /** As {@link #weigh}, of the rounds of a loop. */
    Block countRound(Value count, Block current) {
        Emitter emitter = Emitter.appendingTo(current, null);
        Value uneven = emitter.value(OpCode.LT, null, count, emitter.constant(Type.INT, Strip.WIDTH));
        Value rounds = emitter.value(OpCode.ADD, null, strip.read(Tally.UNEVEN_ROUNDS, current), uneven);
        strip.write(Tally.UNEVEN_ROUNDS, current, rounds);
        return strip.check(
                current, emitter.value(OpCode.LE, null, rounds, emitter.constant(Type.INT, MOST_UNEVEN_ROUNDS)));
    }
}
