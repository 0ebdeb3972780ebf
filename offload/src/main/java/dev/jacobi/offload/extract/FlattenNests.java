package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.ParallelNest.Level;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes one parallel loop of parallel loops in one another, such as over the rows, and in each over the columns, of a grid: a round of it does one round of the innermost loop, and finds the indices by
 * dividing its own.
 *
 * <p>That is done where each loop is the only one in the one around it, runs as often in all rounds of that, and where what a round does beside it writes nothing: this is done again for each round of the inner loop. If
 * it may throw, it does so where the inner loop has no rounds, too: then there is one round that does no more than that. Other nests are left as they are, and a round of the outer loop does the inner ones itself.
 */
final class FlattenNests {
    private final Function function;
    private final List<Level> levels;
    private final Loop outermost;
    private final @Nullable SourcePosition position;

    private FlattenNests(Function function, List<Level> levels) {
        this.function = function;
        this.levels = levels;
        this.outermost = levels.getFirst().loop();
        this.position = ParallelLoop.positionOf(outermost);
    }

    /**
     * Changes a parallel loop that is in no other, so that it has to be made canonical again.
     *
     * @param promised whether the user says that rounds are independent: nobody has said that of what is read again
     * @return whether there was something to do
     */
    static boolean run(Loop outermost, Function function, boolean promised) {
        List<Level> levels = ParallelNest.of(outermost, function, promised);
        if (levels.isEmpty()) {
            return false;
        }
        new FlattenNests(function, levels).flatten();
        return true;
    }

    private void flatten() {
        AheadOfNest ahead = new AheadOfNest(function, outermost, position);
        List<Value> starts = new ArrayList<>();
        List<Value> radices = new ArrayList<>();
        Value first = levels.getFirst().index().start();
        Value last = ahead.value(levels.getFirst().bound());
        Value bound = ahead.emitter()
                .value(
                        OpCode.SUB,
                        null,
                        ahead.emitter().value(OpCode.CONVERT, ConstantDescs.CD_long, last),
                        ahead.emitter().value(OpCode.CONVERT, ConstantDescs.CD_long, first));
        Map<Instruction, Value> throwing = throwing();
        // What is null throws in the first round, if that is done; but not where a loop between has no rounds.
        boolean tests =
                throwing.keySet().stream().anyMatch(read -> levels.size() > 2 || read.opCode() == OpCode.ARRAY_LOAD);
        Value anyNull = tests ? null : ahead.anyNull(throwing.values());
        for (Level level : levels.subList(1, levels.size())) {
            Value start = ahead.value(level.index().start());
            Value extent = ahead.extent(start, ahead.value(level.bound()));
            Value radix = ahead.radix(extent);
            Value rounds = tests ? radix : anyNull == null ? extent : ahead.atLeast(extent, anyNull);
            starts.add(start);
            radices.add(radix);
            bound = ahead.count(bound, rounds);
        }
        Value zero = ahead.emitter().constant(Type.INT, 0);
        ahead.end(new Jump(new Edge(outermost.header(), List.of(zero)), position));
        Map<Value, Value> replaced = new HashMap<>(ahead.lengths());
        count(bound, starts, radices, replaced);
        levels.subList(1, levels.size()).forEach(level -> doOneRound(level, tests));
        function.replaceValues(replaced);
    }

    /** Lets the outermost loop count the rounds of all, and computes the indices of all from that. */
    private void count(Value bound, List<Value> starts, List<Value> radices, Map<Value, Value> replaced) {
        Block header = outermost.header();
        Block latch = Objects.requireNonNull(outermost.latch());
        Branch branch = (Branch) header.terminator();
        boolean staysIfTrue = outermost.contains(branch.ifTrue().target());
        Block inside = function.newBlock();
        Value index = header.addParameter(Type.INT);

        Emitter digits = Emitter.appendingTo(inside, position);
        Value left = index;
        for (int number = levels.size() - 1; number > 0; number--) {
            Value radix = radices.get(number - 1);
            Value digit = divided(digits, OpCode.REM, left, radix);
            replaced.put(levels.get(number).index().parameter(), sum(digits, starts.get(number - 1), digit));
            left = divided(digits, OpCode.DIV, left, radix);
        }
        replaced.put(header.parameter(0), sum(digits, levels.getFirst().index().start(), left));
        for (Instruction instruction : List.copyOf(header.instructions())) {
            header.remove(instruction);
            inside.append(instruction);
        }
        inside.setTerminator(new Jump(staysIfTrue ? branch.ifTrue() : branch.ifFalse(), position));
        Value more = Emitter.appendingTo(header, position).value(OpCode.LT, null, index, bound);
        header.setTerminator(
                new Branch(more, Edge.to(inside), staysIfTrue ? branch.ifFalse() : branch.ifTrue(), branch.position()));
        header.removeParameter(0);
        Emitter stepping = Emitter.appendingTo(latch, position);
        Instruction step = stepping.emit(OpCode.ADD, null, List.of(index, stepping.constant(Type.INT, 1)));
        step.setUnorderedStep(true);
        latch.mapEdges(edge -> edge.target() == header ? new Edge(header, List.of(step.value())) : edge);
    }

    /** What may throw beside the inner loops, each with the array that it is about. */
    private Map<Instruction, Value> throwing() {
        Loop innermost = levels.getLast().loop();
        Map<Instruction, Value> throwing = new LinkedHashMap<>();
        for (Block block : outermost.blocks()) {
            if (!innermost.contains(block)) {
                block.instructions().stream()
                        .filter(Instruction::mayThrow)
                        .forEach(instruction -> throwing.put(instruction, instruction.operand(0)));
            }
        }
        return throwing;
    }

    /**
     * Lets an inner loop end after its round.
     *
     * @param tests whether it may have none
     */
    private void doOneRound(Level level, boolean tests) {
        Block header = level.loop().header();
        Branch branch = (Branch) header.terminator();
        Edge exit = level.loop().contains(branch.ifTrue().target()) ? branch.ifFalse() : branch.ifTrue();
        Objects.requireNonNull(level.loop().preheader())
                .mapEdges(edge -> edge.target() == header ? Edge.to(header) : edge);
        Objects.requireNonNull(level.loop().latch()).mapEdges(edge -> edge.target() == header ? exit : edge);
        header.removeParameter(0);
        if (!tests) {
            boolean staysIfTrue = level.loop().contains(branch.ifTrue().target());
            header.setTerminator(new Jump(staysIfTrue ? branch.ifTrue() : branch.ifFalse(), branch.position()));
        }
    }

    private static Value sum(Emitter emitter, Value start, Value digit) {
        return AheadOfNest.isNumber(start, 0) ? digit : emitter.value(OpCode.ADD, null, start, digit);
    }

    private static Value divided(Emitter emitter, OpCode opCode, Value left, Value radix) {
        Instruction divided = emitter.emit(opCode, null, List.of(left, radix));
        divided.setProved(true); // a radix is at least 1
        return divided.value();
    }
}
