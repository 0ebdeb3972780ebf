package dev.jacobi.autodiff.reverse;

import static dev.jacobi.ir.OpCode.*;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.reverse.LoopCounters.Counter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the counters of loops go at most that run within a loop whose iterations have no order, where their limits move with the counters of loops around them, as in {@code for (j = 0; j <= i; j++)}. Computed before
 * the outermost such loop, in doubles, which hold all ints and their sums and differences. Where a limit may wrap around, its counter may be any int.
 */
final class LoopExtents {
    /**
     * What a counter is between, in all iterations of the outermost loop.
     *
     * @param first the number that it starts with, the least if it goes up, the greatest if it goes down
     * @param trips how many numbers there are from that on; the largest int if there are more
     */
    record Extent(Value first, Value trips) {}

    /** Two doubles. */
    private record Span(Value least, Value greatest) {}

    private final ReverseFlow flow;
    private final LoopCounters counters;
    private final Map<Block, Loop> byHeader = new HashMap<>();
    private final Map<Loop, Extent> extents = new HashMap<>();
    private final Map<Loop, Loop> outermost = new HashMap<>();

    private LoopExtents(ReverseFlow flow, LoopCounters counters) {
        this.flow = flow;
        this.counters = counters;
    }

    /** Adds to the function what computes them. */
    static LoopExtents add(ReverseFlow flow, LoopCounters counters) {
        LoopExtents all = new LoopExtents(flow, counters);
        flow.loops().forEach(loop -> all.byHeader.put(loop.header(), loop));
        for (Loop loop : flow.loops()) {
            Loop root = outermostUnordered(loop, flow);
            Counter counter = counters.of(loop);
            if (root != null
                    && root != loop
                    && counter.knownAtEntry()
                    && counters.of(root).knownAtEntry()
                    && !RecordedNest.isSameIn(root, counter)) {
                Extent extent = all.extent(counter, root);
                if (extent != null) {
                    all.extents.put(loop, extent);
                    all.outermost.put(loop, root);
                }
            }
        }
        return all;
    }

    private static @Nullable Loop outermostUnordered(Loop loop, ReverseFlow flow) {
        Loop outermost = null;
        for (Loop around = loop; around != null; around = around.parent()) {
            if (around.unorderedStep() != null && flow.isReversed(around)) {
                outermost = around;
            }
        }
        return outermost;
    }

    /** What the counter of a loop is between in all iterations of another, or null if that is not known. */
    @Nullable
    Extent in(Loop root, Loop loop) {
        return outermost.get(loop) == root ? extents.get(loop) : null;
    }

    private @Nullable Extent extent(Counter counter, Loop root) {
        Emitter emitter = Emitter.appendingTo(Objects.requireNonNull(root.preheader()), null);
        Span start = span(counter.initial(), root, emitter);
        Span end = start == null ? null : span(counter.bound(), root, emitter);
        if (start == null || end == null) {
            return null;
        }
        boolean up = counter.step() > 0;
        Value first = up ? start.least() : start.greatest();
        Value distance =
                up ? emitter.value(SUB, null, end.greatest(), first) : emitter.value(SUB, null, first, end.least());
        Value none = emitter.constant(Type.DOUBLE, 0);
        Value trips = emitter.value(SELECT, null, emitter.value(GT, null, distance, none), distance, none);
        return new Extent(toInt(first, emitter), toInt(trips, emitter));
    }

    private static Value toInt(Value value, Emitter emitter) {
        return emitter.value(CONVERT, ConstantDescs.CD_int, value);
    }

    /** What an int is between in all iterations of a loop; null if that is not known. */
    private @Nullable Span span(Value value, Loop root, Emitter emitter) {
        if (Constants.isConstant(value) || !root.contains(value.block())) {
            Value same = emitter.convert(Constants.outOf(root, value, emitter), Type.DOUBLE);
            return new Span(same, same);
        }
        Block header = value.parameterOf();
        if (header != null) {
            Loop loop = byHeader.get(header);
            Counter counter = loop == null ? null : counters.of(loop);
            // Others run once more, with the number that they end with.
            boolean testsFirst = loop != null
                    && flow.exits(loop).stream().allMatch(exit -> flow.exitSource(loop, exit) == loop.header());
            return testsFirst && counter != null && counter.value() == value && counter.knownAtEntry()
                    ? ofCounter(counter, root, emitter)
                    : null;
        }
        Instruction definition = Objects.requireNonNull(value.definition());
        return switch (definition.opCode()) {
            case ADD, SUB, MUL -> arithmetic(definition, root, emitter);
            case MATH -> extreme(definition, root, emitter);
            default -> null;
        };
    }

    private @Nullable Span arithmetic(Instruction definition, Loop root, Emitter emitter) {
        Span left = span(definition.operand(0), root, emitter);
        Span right = left == null ? null : span(definition.operand(1), root, emitter);
        if (left == null || right == null) {
            return null;
        }
        if (definition.opCode() != MUL) {
            boolean adds = definition.opCode() == ADD;
            return wrapped(
                    emitter.value(definition.opCode(), null, left.least(), adds ? right.least() : right.greatest()),
                    emitter.value(definition.opCode(), null, left.greatest(), adds ? right.greatest() : right.least()),
                    emitter);
        }
        // What a double does not hold exactly is no int.
        Value[] products = {
            emitter.value(MUL, null, left.least(), right.least()),
            emitter.value(MUL, null, left.least(), right.greatest()),
            emitter.value(MUL, null, left.greatest(), right.least()),
            emitter.value(MUL, null, left.greatest(), right.greatest())
        };
        Value least = products[0];
        Value greatest = products[0];
        for (int index = 1; index < products.length; index++) {
            least = least(least, products[index], emitter);
            greatest = greatest(greatest, products[index], emitter);
        }
        return wrapped(least, greatest, emitter);
    }

    /** Of a minimum or maximum of two ints. If one of them may be anything, as numbers of the data are, space for the other would be taken where next to none is needed. */
    private @Nullable Span extreme(Instruction definition, Loop root, Emitter emitter) {
        MathFunction function = definition.math().function();
        boolean isLeast = function == MathFunction.MIN;
        if (!isLeast && function != MathFunction.MAX
                || !definition.value().type().equals(Type.INT)) {
            return null;
        }
        Span left = span(definition.operand(0), root, emitter);
        Span right = left == null ? null : span(definition.operand(1), root, emitter);
        if (left == null || right == null) {
            return null;
        }
        return isLeast
                ? new Span(
                        least(left.least(), right.least(), emitter), least(left.greatest(), right.greatest(), emitter))
                : new Span(
                        greatest(left.least(), right.least(), emitter),
                        greatest(left.greatest(), right.greatest(), emitter));
    }

    private static Value least(Value one, Value other, Emitter emitter) {
        return emitter.value(SELECT, null, emitter.value(LT, null, one, other), one, other);
    }

    private static Value greatest(Value one, Value other, Emitter emitter) {
        return emitter.value(SELECT, null, emitter.value(LT, null, one, other), other, one);
    }

    /** While the loop runs. */
    private @Nullable Span ofCounter(Counter counter, Loop root, Emitter emitter) {
        Span start = span(counter.initial(), root, emitter);
        Span end = start == null ? null : span(counter.bound(), root, emitter);
        if (start == null || end == null) {
            return null;
        }
        Value one = emitter.constant(Type.DOUBLE, 1);
        return counter.step() > 0
                ? new Span(start.least(), emitter.value(SUB, null, end.greatest(), one))
                : new Span(emitter.value(ADD, null, end.least(), one), start.greatest());
    }

    /** Any int if one of the two is none. */
    private static Span wrapped(Value least, Value greatest, Emitter emitter) {
        Value smallest = emitter.constant(Type.DOUBLE, Integer.MIN_VALUE);
        Value largest = emitter.constant(Type.DOUBLE, Integer.MAX_VALUE);
        Value wraps = emitter.value(
                OR, null, emitter.value(LT, null, least, smallest), emitter.value(GT, null, greatest, largest));
        return new Span(
                emitter.value(SELECT, null, wraps, smallest, least),
                emitter.value(SELECT, null, wraps, largest, greatest));
    }
}
