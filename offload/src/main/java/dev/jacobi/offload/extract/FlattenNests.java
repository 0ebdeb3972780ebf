package dev.jacobi.offload.extract;

import dev.jacobi.analysis.InductionVariable;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Jump;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.NestedRounds;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
    private static final ClassDesc ROUNDS =
            NestedRounds.class.describeConstable().orElseThrow();
    private static final MethodReference COUNT = new MethodReference(
            ROUNDS,
            "count",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long, ConstantDescs.CD_int),
            false);
    private static final MethodReference EXTENT = new MethodReference(
            ROUNDS,
            "extent",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int),
            false);
    private static final MethodReference RADIX =
            new MethodReference(ROUNDS, "radix", MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int), false);
    /** What is done again for each round of an inner loop costs no more than so many additions. */
    private static final int MOST_COST = 64;

    /** One of the loops, which are in the form that {@link OneIndex} gives them. */
    private record Level(Loop loop, InductionVariable index, Value bound) {}

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
        List<Level> levels = new ArrayList<>();
        Loop loop = outermost;
        while (loop != null && loop.unorderedStep() != null) {
            TripCount count = TripCount.of(loop);
            // To count the rounds of an inner loop that runs down would be one more thing to do in each round.
            boolean goesUp = count != null
                    && count.comparison() == OpCode.LT
                    && count.variable().step() == 1;
            if (goesUp && (loop.children().size() == 1 || loop != outermost)) {
                OneIndex.use(loop, function);
            }
            Level level = level(loop);
            if (level == null || loop != outermost && !canBeRoundsOf(level, levels.getLast(), outermost, promised)) {
                break;
            }
            levels.add(level);
            loop = loop.children().size() == 1 ? loop.children().getFirst() : null;
        }
        if (levels.size() < 2 || isUsedOutside(outermost, function.blocks())) {
            return false;
        }
        new FlattenNests(function, levels).flatten();
        return true;
    }

    private static @Nullable Level level(Loop loop) {
        TripCount count = TripCount.of(loop);
        Block header = loop.header();
        return count == null
                        || loop.preheader() == null
                        || loop.latch() == null
                        || count.comparison() != OpCode.LT
                        || count.variable().step() != 1
                        || !header.parameters().equals(List.of(count.variable().parameter()))
                        || count.variable().parameter().type().kind() != Type.Kind.INT
                        || !header.instructions().stream().allMatch(Instruction::isPure)
                        || loop.blocks().stream()
                                .anyMatch(block -> !block.handlers().isEmpty())
                ? null
                : new Level(loop, count.variable(), count.bound());
    }

    /** Whether a loop runs as often in each round of the loop around it, and a round does nothing else that is of use to anybody but this loop. */
    private static boolean canBeRoundsOf(Level level, Level outer, Loop outermost, boolean promised) {
        Loop loop = level.loop();
        Loop around = outer.loop();
        if (!isSame(level.index().start(), outermost)
                || !isSame(level.bound(), outermost)
                || isUsedOutside(loop, around.blocks())) {
            return false;
        }
        for (Loop.Exit exit : loop.exits()) {
            if (exit.byException()
                    || exit.from() != loop.header()
                            && around.contains(exit.edge().target())) {
                return false;
            }
        }
        int cost = 0;
        boolean before = false;
        for (Block block : around.blocks()) {
            if (loop.contains(block)) {
                continue;
            }
            if (block != around.header() && block.edges().size() != 1) {
                return false;
            }
            before = leadsTo(block, loop.header(), around);
            for (Instruction instruction : block.instructions()) {
                boolean isFine = instruction.isPure()
                        || before && !promised && isRead(instruction, outermost) && !isOfWritten(instruction, loop);
                if (!isFine) {
                    return false;
                }
                cost += instruction.opCode().cost();
            }
        }
        return cost <= MOST_COST;
    }

    /** Whether a block that leads nowhere else leads to another before the next round. */
    private static boolean leadsTo(Block from, Block to, Loop within) {
        Block block = from;
        while (block != to && block.edges().size() == 1) {
            block = block.edges().getFirst().target();
            if (block == within.header()) {
                return false;
            }
        }
        return block == to;
    }

    private static boolean isRead(Instruction instruction, Loop outermost) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> true;
            case ARRAY_LENGTH, NULL_CHECK ->
                !outermost.contains(instruction.operand(0).block());
            default -> false;
        };
    }

    /** Whether a read is of an array that a loop writes, as far as that can be seen here: then it is for one round of the outer loop to read it before. */
    private static boolean isOfWritten(Instruction read, Loop loop) {
        return loop.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .anyMatch(store -> store.opCode() == OpCode.ARRAY_STORE
                        && given(store.operand(0)) == given(read.operand(0))
                        && read.opCode() == OpCode.ARRAY_LOAD
                        && !RowsUse.isArrayOfRows(read.operand(0)));
    }

    /** The array of arrays that a row is from, or the array itself. */
    private static Value given(Value array) {
        return array.definition() instanceof Instruction definition && definition.opCode() == OpCode.ARRAY_LOAD
                ? definition.operand(0)
                : array;
    }

    private static boolean isUsedOutside(Loop loop, Collection<Block> blocks) {
        for (Block block : blocks) {
            if (!loop.contains(block)
                    && (block.instructions().stream().anyMatch(instruction -> isOf(loop, instruction.operands()))
                            || isOf(loop, block.terminator().operands())
                            || block.edges().stream().anyMatch(edge -> isOf(loop, edge.arguments())))) {
                return true;
            }
        }
        return loop.exits().stream()
                .anyMatch(exit -> blocks.contains(exit.edge().target())
                        && isOf(loop, exit.edge().arguments()));
    }

    private static boolean isOf(Loop loop, List<Value> values) {
        return values.stream().anyMatch(value -> loop.contains(value.block()));
    }

    /** Whether an int is the same in all rounds, and can be had before them. */
    private static boolean isSame(Value value, Loop loop) {
        Instruction definition = value.definition();
        return !loop.contains(value.block())
                || definition != null
                        && switch (definition.opCode()) {
                            case CONSTANT -> true;
                            case ADD, SUB, MUL ->
                                isSame(definition.operand(0), loop) && isSame(definition.operand(1), loop);
                            case ARRAY_LENGTH ->
                                !loop.contains(definition.operand(0).block());
                            default -> false;
                        };
    }

    private void flatten() {
        Ahead ahead = new Ahead();
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
            Emitter emitter = ahead.emitter();
            Value before = bound.type().kind() == Type.Kind.LONG
                    ? bound
                    : emitter.value(OpCode.CONVERT, ConstantDescs.CD_long, bound);
            starts.add(start);
            radices.add(radix);
            bound = emitter.value(OpCode.INVOKE_STATIC, COUNT, before, rounds);
        }
        Value zero = ahead.emitter().constant(Type.INT, 0);
        ahead.end(new Jump(new Edge(outermost.header(), List.of(zero)), position));
        Map<Value, Value> replaced = new HashMap<>(ahead.lengths);
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

    /** The extent that a value is the radix of, or null. */
    static @Nullable Value extentOf(Value radix) {
        return radix.definition() instanceof Instruction definition
                        && definition.opCode() == OpCode.INVOKE_STATIC
                        && definition.method().equals(RADIX)
                ? definition.operand(0)
                : null;
    }

    private static Value sum(Emitter emitter, Value start, Value digit) {
        return isNumber(start, 0) ? digit : emitter.value(OpCode.ADD, null, start, digit);
    }

    private static @Nullable Integer number(Value value) {
        return value.definition() instanceof Instruction definition
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer number
                ? number
                : null;
    }

    private static boolean isNumber(Value value, int number) {
        return Objects.equals(number(value), number);
    }

    private static Value divided(Emitter emitter, OpCode opCode, Value left, Value radix) {
        Instruction divided = emitter.emit(opCode, null, List.of(left, radix));
        divided.setProved(true); // a radix is at least 1
        return divided.value();
    }

    /** Computes, before the loops, what is the same in all their rounds. */
    private final class Ahead {
        private final Map<Value, Value> lengths = new HashMap<>();
        private Block block = function.newBlock();

        Ahead() {
            Objects.requireNonNull(outermost.preheader())
                    .mapEdges(edge -> edge.target() == outermost.header() ? Edge.to(block) : edge);
        }

        Emitter emitter() {
            return Emitter.appendingTo(block, position);
        }

        void end(Jump jump) {
            block.setTerminator(jump);
        }

        Value value(Value value) {
            Instruction definition = value.definition();
            if (!outermost.contains(value.block()) || definition == null) {
                return value;
            }
            if (definition.opCode() == OpCode.CONSTANT) {
                return emitter().value(OpCode.CONSTANT, definition.attribute());
            }
            if (definition.opCode() == OpCode.ARRAY_LENGTH) {
                Value known = lengths.get(value);
                return known == null ? length(value, definition.operand(0)) : known;
            }
            Value left = value(definition.operand(0));
            Value right = value(definition.operand(1));
            return emitter().value(definition.opCode(), null, left, right);
        }

        /** The length of an array, or 0 of null: that throws where the loops ask for the length. */
        private Value length(Value value, Value array) {
            Block asking = function.newBlock();
            Block joined = function.newBlock();
            Value length = joined.addParameter(Type.INT);
            Emitter emitter = emitter();
            Value isNull = emitter.value(OpCode.EQ, null, array, emitter.nullReference());
            Edge none = new Edge(joined, List.of(emitter.constant(Type.INT, 0)));
            block.setTerminator(new Branch(isNull, none, Edge.to(asking), position));
            Instruction asked = Emitter.appendingTo(asking, position).emit(OpCode.ARRAY_LENGTH, null, List.of(array));
            asked.setProved(true);
            asking.setTerminator(new Jump(new Edge(joined, List.of(asked.value())), position));
            block = joined;
            lengths.put(value, length);
            return length;
        }

        /** How many rounds an inner loop has; may be negative. */
        Value extent(Value start, Value bound) {
            Emitter emitter = emitter();
            if (isNumber(start, 0)) {
                return bound;
            }
            emitter.value(OpCode.INVOKE_STATIC, EXTENT, start, bound); // refuses what is no int
            return emitter.value(OpCode.SUB, null, bound, start);
        }

        Value radix(Value extent) {
            Integer number = number(extent);
            return number == null
                    ? emitter().value(OpCode.INVOKE_STATIC, RADIX, extent)
                    : number >= 1 ? extent : emitter().constant(Type.INT, 1);
        }

        Value atLeast(Value value, Value least) {
            return emitter().value(OpCode.MATH, new MathCall(MathFunction.MAX, false), value, least);
        }

        /** 1 if one of these is null, else 0; null if there are none of them. */
        @Nullable
        Value anyNull(Collection<Value> arrays) {
            Value any = null;
            for (Value array : new LinkedHashSet<>(arrays)) {
                if (outermost.contains(array.block())) {
                    throw new IllegalStateException(array + " is no array from outside");
                }
                Value isNull = emitter().value(OpCode.EQ, null, array, emitter().nullReference());
                any = any == null ? isNull : emitter().value(OpCode.OR, null, any, isNull);
            }
            return any;
        }
    }
}
