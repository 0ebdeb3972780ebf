package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Interval;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.Ranges;
import dev.jacobi.analysis.TripCount;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An index of an array as a linear function of the index of a loop: {@code stride * index + fixed + own}, where {@code fixed} is the same in all
 * rounds and {@code own} depends on what happens within a round. As ints compute it: modulo 2^32.
 *
 * @param stride a constant, 0 if the index does not occur
 * @param factor if not null, the stride is this value (and {@code stride} is 1)
 * @param fixed values that are the same in all rounds, each with its coefficient
 * @param own the least and the greatest of the rest
 * @param ownBelow if not null, the rest is at least 0 and less than this value, and {@code own} says nothing
 */
record Place(
        int stride,
        @Nullable Value factor,
        Map<Value, Integer> fixed,
        Interval own,
        @Nullable Value ownBelow) {

    /** Takes indices apart, for one loop. */
    static final class Reader {
        private final ParallelLoop loop;
        private final Loops loops;
        private final Ranges ranges;

        Reader(ParallelLoop loop, Loops loops, Ranges ranges) {
            this.loop = loop;
            this.loops = loops;
            this.ranges = ranges;
        }

        /** The place, or null if it is no linear function. */
        @Nullable
        Place of(Value index, Block at) {
            Sum sum = new Sum(at);
            return sum.add(index, 1) ? sum.place() : null;
        }

        private final class Sum {
            private final Block at;
            private final Map<Value, Integer> fixed = new HashMap<>();
            private int stride;
            private @Nullable Value factor;
            private long low;
            private long high;
            private @Nullable Value below;
            private boolean ownIsConstant = true;

            Sum(Block at) {
                this.at = at;
            }

            boolean add(Value value, int times) {
                if (value == loop.index()) {
                    stride += times;
                    return true;
                }
                Instruction definition = value.definition();
                if (definition != null && definition.opCode() == OpCode.CONSTANT) {
                    return addOwn((Integer) Objects.requireNonNull(definition.attribute()) * (long) times);
                }
                if (loop.isInvariant(value)) {
                    fixed.merge(value, times, Integer::sum);
                    return true;
                }
                if (definition == null) {
                    return addInner(value, times);
                }
                return switch (definition.opCode()) {
                    case ADD -> add(definition.operand(0), times) && add(definition.operand(1), times);
                    case SUB -> add(definition.operand(0), times) && add(definition.operand(1), -times);
                    case NEG -> add(definition.operand(0), -times);
                    case MUL -> multiply(definition.operand(0), definition.operand(1), times);
                    case SHL -> {
                        Integer distance = constant(definition.operand(1));
                        yield distance != null && add(definition.operand(0), times << (distance & 31));
                    }
                    default -> addRange(value, times);
                };
            }

            private boolean multiply(Value left, Value right, int times) {
                Integer constant = constant(right);
                if (constant != null) {
                    return add(left, times * constant);
                }
                constant = constant(left);
                if (constant != null) {
                    return add(right, times * constant);
                }
                Value other = left == loop.index() ? right : right == loop.index() ? left : null;
                if (other == null || times != 1 || factor != null || !loop.isInvariant(other)) {
                    return false;
                }
                factor = other;
                return true;
            }

            /** The variable of a loop within a round, or any other parameter. */
            private boolean addInner(Value value, int times) {
                Block header = Objects.requireNonNull(value.parameterOf());
                Loop inner = loops.loopOf(header);
                TripCount count = inner == null || inner.header() != header ? null : TripCount.of(inner);
                if (count != null
                        && count.variable().parameter() == value
                        && count.comparison() == OpCode.LT
                        && times == 1
                        && below == null
                        && loop.isInvariant(count.bound())
                        && constant(count.bound()) == null
                        && isNotNegative(count.variable().start())
                        && inner.contains(at)
                        && header != at) {
                    below = count.bound();
                    return true;
                }
                return addRange(value, times);
            }

            private boolean isNotNegative(Value value) {
                Integer constant = constant(value);
                return constant != null && constant >= 0;
            }

            private boolean addRange(Value value, int times) {
                Interval range = ranges.of(value, at);
                ownIsConstant = false;
                low += Math.min(range.low() * times, range.high() * times);
                high += Math.max(range.low() * times, range.high() * times);
                return high - low < Integer.MAX_VALUE;
            }

            private boolean addOwn(long constant) {
                low += constant;
                high += constant;
                return true;
            }

            @Nullable
            Place place() {
                fixed.values().removeIf(times -> times == 0);
                if (factor != null && stride != 0 || below != null && (!ownIsConstant || low != 0)) {
                    return null;
                }
                return new Place(factor == null ? stride : 1, factor, fixed, new Interval(low, high), below);
            }
        }

        private static @Nullable Integer constant(Value value) {
            Instruction definition = value.definition();
            return definition != null
                            && definition.opCode() == OpCode.CONSTANT
                            && definition.attribute() instanceof Integer number
                    ? number
                    : null;
        }
    }

    /** Whether the two lie at the same distance from each other in all rounds, but for what is their own. */
    boolean moveTogether(Place other) {
        return stride == other.stride && factor == other.factor && fixed.equals(other.fixed);
    }

    /** Whether each round has one place, which is the index, or its opposite, and what is the same in all rounds. */
    boolean isOneElement() {
        return Math.abs((long) stride) == 1 && factor == null && own.low() == own.high() && ownBelow == null;
    }
}
