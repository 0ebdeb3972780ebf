package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Interval;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Place.Divisor;
import dev.jacobi.offload.extract.Place.Inner;
import dev.jacobi.offload.extract.Strides.Digits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes indices of arrays apart, for one loop. */
final class PlaceReader {
    private static final int DEPTH = 40;
    /** What may be farther apart might be anywhere. */
    private static final int MOST_OWN = 1 << 30;

    private final ParallelLoop loop;
    private final Loops loops;
    private final Ranges ranges;
    private final Map<Value, Value> lengths = new HashMap<>();

    PlaceReader(ParallelLoop loop, Loops loops, Ranges ranges) {
        this.loop = loop;
        this.loops = loops;
        this.ranges = ranges;
    }

    /** The place, or null if it is no linear function. Of the index of a segment, the one where it is an element. */
    @Nullable
    Place of(Value index, Block at) {
        try {
            Sum sum = new Sum(at);
            return sum.add(SegmentIndex.placeOf(index), Polynomial.ONE) ? sum.place() : null;
        } catch (ArithmeticException _) {
            return null; // too large for a polynomial
        }
    }

    /** How many rounds the loop has, if any. */
    @Nullable
    Polynomial rounds() {
        try {
            Polynomial start = sameInAll(loop.variable().start());
            Polynomial bound = sameInAll(loop.bound());
            return start == null || bound == null ? null : bound.minus(start);
        } catch (ArithmeticException _) {
            return null;
        }
    }

    /** The same by the values of which others are made: the value of a divisor stands for itself if it is no product. */
    Polynomial expanded(Polynomial polynomial) {
        Polynomial sum = Polynomial.ZERO;
        for (Map.Entry<List<Value>, Long> term : polynomial.terms().entrySet()) {
            Polynomial product = Polynomial.constant(term.getValue());
            for (Value factor : term.getKey()) {
                Polynomial known = factor.type().kind() == Type.Kind.INT ? sameInAll(factor) : null;
                product = product.times(known == null ? Polynomial.of(factor) : known);
            }
            sum = sum.plus(product);
        }
        return sum;
    }

    /** For arrays, a value outside of the loop which is the length. */
    Map<Value, Value> lengths() {
        return lengths;
    }

    /** An int that is the same in all rounds; null for others. */
    private @Nullable Polynomial sameInAll(Value value) {
        return value.type().kind() == Type.Kind.INT ? sameInAll(value, DEPTH) : null;
    }

    private @Nullable Polynomial sameInAll(Value value, int depth) {
        Instruction definition = value.definition();
        boolean outside = loop.isInvariant(value);
        Polynomial computed = null;
        if (definition != null && depth > 0) {
            try {
                computed = computed(definition, depth - 1);
            } catch (ArithmeticException _) {
                computed = null;
            }
        }
        return computed == null && outside ? Polynomial.of(value) : computed;
    }

    private @Nullable Polynomial computed(Instruction definition, int depth) {
        return switch (definition.opCode()) {
            case CONSTANT -> Polynomial.constant((Integer) Objects.requireNonNull(definition.attribute()));
            case ARRAY_LENGTH -> {
                Value array = definition.operand(0);
                if (loop.isInvariant(definition.value())) {
                    lengths.putIfAbsent(array, definition.value());
                }
                yield loop.isInvariant(array) ? Polynomial.of(array) : null;
            }
            case ADD -> combine(definition, depth, Polynomial::plus);
            case SUB -> combine(definition, depth, Polynomial::minus);
            case MUL -> combine(definition, depth, Polynomial::times);
            case NEG -> {
                Polynomial negated = sameInAll(definition.operand(0), depth);
                yield negated == null ? null : Polynomial.ZERO.minus(negated);
            }
            case SHL -> {
                Integer distance = constant(definition.operand(1));
                Polynomial shifted = distance == null ? null : sameInAll(definition.operand(0), depth);
                yield shifted == null ? null : shifted.times(powerOfTwo(distance));
            }
            default -> null;
        };
    }

    private interface Operation {
        Polynomial apply(Polynomial left, Polynomial right);
    }

    private @Nullable Polynomial combine(Instruction definition, int depth, Operation operation) {
        Polynomial left = sameInAll(definition.operand(0), depth);
        Polynomial right = left == null ? null : sameInAll(definition.operand(1), depth);
        return right == null ? null : operation.apply(left, right);
    }

    private static Polynomial powerOfTwo(int distance) {
        return Polynomial.constant(1L << (distance & 31));
    }

    private static @Nullable Integer constant(Value value) {
        Instruction definition = value.definition();
        return definition != null
                        && definition.opCode() == OpCode.CONSTANT
                        && definition.attribute() instanceof Integer number
                ? number
                : null;
    }

    private final class Sum {
        private final Block at;
        private final Map<Digits, Polynomial> summands = new HashMap<>();
        private final List<Inner> inner = new ArrayList<>();
        private final Set<Divisor> divisors = new HashSet<>();
        private Polynomial fixed = Polynomial.ZERO;
        private boolean usesDigits;
        private long low;
        private long high;

        Sum(Block at) {
            this.at = at;
        }

        boolean add(Value value, Polynomial times) {
            Polynomial same = sameInAll(value);
            if (same != null) {
                fixed = fixed.plus(same.times(times));
                return true;
            }
            Digits digits = digits(value);
            if (digits != null) {
                usesDigits |= !digits.equals(Digits.ALL);
                summands.merge(digits, times, Polynomial::plus);
                return true;
            }
            Instruction definition = value.definition();
            if (definition == null) {
                return addInner(value, times);
            }
            return switch (definition.opCode()) {
                case ADD -> add(definition.operand(0), times) && add(definition.operand(1), times);
                case SUB -> add(definition.operand(0), times) && add(definition.operand(1), opposite(times));
                case NEG -> add(definition.operand(0), opposite(times));
                case MUL -> multiply(definition.operand(0), definition.operand(1), times);
                case SHL -> {
                    Integer distance = constant(definition.operand(1));
                    yield distance != null && add(definition.operand(0), times.times(powerOfTwo(distance)));
                }
                default -> addRange(value, times);
            };
        }

        private static Polynomial opposite(Polynomial polynomial) {
            return Polynomial.ZERO.minus(polynomial);
        }

        private boolean multiply(Value left, Value right, Polynomial times) {
            Polynomial factor = sameInAll(right);
            if (factor != null) {
                return add(left, times.times(factor));
            }
            factor = sameInAll(left);
            return factor != null && add(right, times.times(factor));
        }

        /** The digits of the index that a value is, or null. */
        private @Nullable Digits digits(Value value) {
            if (value == loop.index()) {
                return Digits.ALL;
            }
            Instruction definition = value.definition();
            if (definition == null
                    || loop.isInvariant(value)
                    || definition.operands().size() != 2) {
                return null;
            }
            return switch (definition.opCode()) {
                case DIV -> divided(definition, divisor(definition.operand(1)), true);
                case REM -> divided(definition, divisor(definition.operand(1)), false);
                case SHR, USHR -> divided(definition, shifted(definition.operand(1)), true);
                case AND -> divided(definition, masked(definition.operand(1)), false);
                default -> null;
            };
        }

        private @Nullable Digits divided(Instruction definition, @Nullable Divisor divisor, boolean quotient) {
            if (divisor == null) {
                return null;
            }
            Digits of = digits(definition.operand(0));
            if (of == null) {
                return null;
            }
            if (divisor.value().number() == null) {
                divisors.add(divisor);
            }
            return quotient ? of.dividedBy(divisor.value()) : of.remainderBy(divisor.value());
        }

        private @Nullable Divisor divisor(Value value) {
            Value extent = AheadOfNest.extentOf(value);
            Value divisor = extent == null ? value : extent;
            Polynomial same = sameInAll(divisor);
            if (same != null && !same.isProduct()) {
                same = loop.isInvariant(divisor) ? Polynomial.of(divisor) : null;
            }
            return same == null ? null : new Divisor(same, extent != null);
        }

        private @Nullable Divisor shifted(Value value) {
            Integer distance = constant(value);
            return distance == null ? null : new Divisor(powerOfTwo(distance), false);
        }

        private @Nullable Divisor masked(Value value) {
            Integer mask = constant(value);
            boolean isOnes = mask != null && mask >= 0 && (mask & (mask + 1)) == 0;
            return isOnes ? new Divisor(Polynomial.constant(mask + 1L), false) : null;
        }

        /** The variable of a loop within a round, or any other parameter. */
        private boolean addInner(Value value, Polynomial times) {
            Block header = Objects.requireNonNull(value.parameterOf());
            Loop within = loops.loopOf(header);
            TripCount count = within == null || within.header() != header ? null : TripCount.of(within);
            if (count == null || count.variable().parameter() != value || !within.contains(at) || header == at) {
                return addRange(value, times);
            }
            boolean up = isUp(count);
            boolean down = (count.comparison() == OpCode.GT || count.comparison() == OpCode.GE)
                    && count.variable().step() < 0;
            Value first = count.variable().start();
            Value last = count.bound();
            boolean strict = !isInclusive(count);
            Polynomial start = end(
                    down && strict ? unclipped(first, last) : first,
                    count.variable().step() > 0);
            Polynomial bound = end(
                    up && strict ? unclipped(last, first) : last,
                    count.variable().step() < 0);
            if (start == null || bound == null || !up && !down) {
                return addRange(value, times);
            }
            fixed = fixed.plus(start.times(times));
            Polynomial extent = up ? bound.minus(start) : start.minus(bound);
            inner.add(
                    new Inner(up ? times : opposite(times), isInclusive(count) ? extent.plus(Polynomial.ONE) : extent));
            return true;
        }

        /** The upper end of a loop that is made no less than the lower one, as reverse sweeps do it: where there is a round, that is greater, and so what the upper one was made of. */
        private static Value unclipped(Value upper, Value lower) {
            Instruction select = upper.definition();
            Instruction test = select == null || select.opCode() != OpCode.SELECT
                    ? null
                    : select.operand(0).definition();
            boolean isClipped = test != null
                    && test.opCode() == OpCode.GT
                    && test.operand(0) == select.operand(1)
                    && isSame(test.operand(1), lower)
                    && isSame(select.operand(2), lower);
            return isClipped ? select.operand(1) : upper;
        }

        private static boolean isSame(Value one, Value other) {
            return one == other || constant(one) != null && Objects.equals(constant(one), constant(other));
        }

        private static boolean isUp(TripCount count) {
            return (count.comparison() == OpCode.LT || count.comparison() == OpCode.LE)
                    && count.variable().step() > 0;
        }

        private static boolean isInclusive(TripCount count) {
            return count.comparison() == OpCode.LE || count.comparison() == OpCode.GE;
        }

        /** One of the ends of an inner loop, or the least or greatest that it is in any round if it moves with an index. */
        private @Nullable Polynomial end(Value value, boolean least) {
            Polynomial same = sameInAll(value);
            Instruction definition = value.definition();
            if (same != null || definition == null) {
                return same == null ? extreme(value, least) : same;
            }
            if (definition.opCode() == OpCode.MATH) {
                return ofTwo(definition, least ? MathFunction.MAX : MathFunction.MIN);
            }
            Integer distance = definition.opCode() == OpCode.ADD ? constant(definition.operand(1)) : null;
            if (distance == null || definition.operand(0).definition() != null) {
                return null;
            }
            Interval index = ranges.of(definition.operand(0), at);
            boolean wraps = !new Interval(index.low() + distance, index.high() + distance).isWithin(Interval.INT);
            Polynomial extreme = wraps ? null : extreme(definition.operand(0), least);
            return extreme == null ? null : extreme.plus(Polynomial.constant(distance));
        }

        /** The least or greatest that the index of a loop is while the loop runs. */
        private @Nullable Polynomial extreme(Value index, boolean least) {
            if (index == loop.index()) {
                Polynomial extreme = sameInAll(least ? loop.variable().start() : loop.bound());
                return extreme == null || least ? extreme : extreme.minus(Polynomial.ONE);
            }
            Block header = index.parameterOf();
            Loop within = header == null ? null : loops.loopOf(header);
            TripCount count = within == null || within.header() != header ? null : TripCount.of(within);
            if (count == null || count.variable().parameter() != index || !within.contains(at) || !isUp(count)) {
                return null;
            }
            Polynomial extreme = end(least ? count.variable().start() : count.bound(), least);
            return extreme == null || least || isInclusive(count) ? extreme : extreme.minus(Polynomial.ONE);
        }

        /** What the greater of two is at least, or the less at most. */
        private @Nullable Polynomial ofTwo(Instruction definition, MathFunction function) {
            if (definition.math().function() != function
                    || definition.operand(0).type().kind() != Type.Kind.INT) {
                return null;
            }
            Polynomial first = sameInAll(definition.operand(0));
            return first == null ? sameInAll(definition.operand(1)) : first;
        }

        private boolean addRange(Value value, Polynomial times) {
            Long constant = times.number();
            if (constant == null) {
                return false;
            }
            Interval range = ranges.of(value, at);
            low = Math.addExact(low, Math.multiplyExact(constant < 0 ? range.high() : range.low(), constant));
            high = Math.addExact(high, Math.multiplyExact(constant < 0 ? range.low() : range.high(), constant));
            return high - low < MOST_OWN;
        }

        @Nullable
        Place place() {
            Strides strides = Strides.of(summands);
            return strides == null
                    ? null
                    : new Place(
                            strides,
                            fixed,
                            List.copyOf(inner),
                            new Interval(low, high),
                            Set.copyOf(divisors),
                            usesDigits);
        }
    }
}
