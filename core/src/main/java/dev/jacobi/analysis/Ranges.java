package dev.jacobi.analysis;

import dev.jacobi.analysis.DominatingFacts.Access;
import dev.jacobi.analysis.DominatingFacts.Fact;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of ints at a place in the code, as numbers and against the lengths of arrays, found on demand: from how a value is made, from
 * the branches and array accesses that dominate the place, and by induction along loops (Bodík, Gupta and Sarkar, "ABCD: Eliminating
 * Array Bounds Checks on Demand").
 *
 * <p>Overflow is taken into account: {@code i + 1} is larger than {@code i} only where {@code i} cannot be the largest int. Longs have
 * no ranges here. The search is bounded in depth and number of steps; what it does not find within is not proved.
 */
public final class Ranges {
    private static final int DEPTH = 12;
    private static final int STEPS = 400;

    private final Dominators dominators;
    private final Loops loops;
    private final DominatingFacts facts;
    private final Map<Loop, List<InductionVariable>> variables = new HashMap<>();
    private final Set<Value> underProof = new HashSet<>();
    private int steps;

    private Ranges(Function function) {
        this.dominators = Dominators.of(function);
        this.loops = Loops.of(dominators);
        this.facts = new DominatingFacts(dominators);
    }

    public static Ranges of(Function function) {
        return new Ranges(function);
    }

    public Dominators dominators() {
        return dominators;
    }

    /** What an int may be when {@code block} is entered (or runs, if it is defined there). */
    public Interval of(Value value, Block block) {
        if (value.type().kind() != Type.Kind.INT) {
            return Interval.LONG;
        }
        steps = STEPS;
        underProof.clear();
        return interval(value, block, DEPTH);
    }

    /** Whether {@code 0 <= index < array.length} for certain in {@code block}, at {@code before} if that is not null. */
    public boolean isInBounds(Value index, Value array, Block block, @Nullable Instruction before) {
        for (Access access : facts.accesses(index, block, before)) {
            if (isSameArray(access.array(), array)) {
                return true;
            }
        }
        if (of(index, block).low() < 0) {
            return false;
        }
        steps = STEPS;
        underProof.clear();
        return isBelowLength(index, array, 0, block, DEPTH);
    }

    private boolean isExhausted(int depth) {
        return depth <= 0 || steps-- <= 0;
    }

    private Interval interval(Value value, Block block, int depth) {
        if (isExhausted(depth)) {
            return Interval.INT;
        }
        Interval interval = definedInterval(value, block, depth).wrapped();
        for (Fact fact : facts.of(value, block)) {
            boolean isLeft = fact.left() == value;
            Value other = isLeft ? fact.right() : fact.left();
            if (other == value) {
                continue;
            }
            Interval bound = interval(other, block, depth / 2);
            interval = interval.intersection(restriction(fact.opCode(), isLeft, bound, interval));
        }
        for (Access access : facts.accesses(value, block, null)) {
            interval = interval.intersection(
                    new Interval(0, lengthOf(access.array(), block, depth / 2).high() - 1));
        }
        return interval;
    }

    private static Interval restriction(OpCode opCode, boolean isLeft, Interval bound, Interval known) {
        return switch (opCode) {
            case EQ -> bound;
            case LT ->
                isLeft
                        ? new Interval(Integer.MIN_VALUE, bound.high() - 1)
                        : new Interval(bound.low() + 1, Integer.MAX_VALUE);
            case LE ->
                isLeft ? new Interval(Integer.MIN_VALUE, bound.high()) : new Interval(bound.low(), Integer.MAX_VALUE);
            case NE -> {
                if (bound.low() != bound.high()) {
                    yield Interval.INT;
                }
                yield new Interval(
                        known.low() == bound.low() ? known.low() + 1 : known.low(),
                        known.high() == bound.low() ? known.high() - 1 : known.high());
            }
            default -> Interval.INT;
        };
    }

    private Interval definedInterval(Value value, Block block, int depth) {
        Instruction definition = value.definition();
        if (definition == null) {
            return ofParameter(value, depth);
        }
        return switch (definition.opCode()) {
            case CONSTANT -> definition.attribute() instanceof Integer number ? Interval.of(number) : Interval.INT;
            case EQ, NE, LT, LE, GT, GE, INSTANCE_OF -> new Interval(0, 1);
            case CMP, CMPL, CMPG -> new Interval(-1, 1);
            case ARRAY_LENGTH -> lengthOf(definition.operand(0), block, depth - 1);
            case ADD -> operand(definition, 0, block, depth).plus(operand(definition, 1, block, depth));
            case SUB -> operand(definition, 0, block, depth).minus(operand(definition, 1, block, depth));
            case MUL -> operand(definition, 0, block, depth).times(operand(definition, 1, block, depth));
            case NEG -> Interval.of(0).minus(operand(definition, 0, block, depth));
            case AND -> {
                Interval left = operand(definition, 0, block, depth);
                Interval right = operand(definition, 1, block, depth);
                yield left.low() < 0 && right.low() < 0
                        ? Interval.INT
                        : new Interval(
                                0,
                                left.low() < 0
                                        ? right.high()
                                        : right.low() < 0 ? left.high() : Math.min(left.high(), right.high()));
            }
            case SHR, USHR -> shifted(definition, block, depth);
            case DIV -> divided(definition, block, depth);
            case REM -> {
                Interval dividend = operand(definition, 0, block, depth);
                Interval divisor = operand(definition, 1, block, depth);
                long most = Math.max(Math.abs(divisor.low()), Math.abs(divisor.high())) - 1;
                yield new Interval(
                        dividend.low() >= 0 ? 0 : Math.max(-most, dividend.low()),
                        dividend.high() <= 0 ? 0 : Math.min(most, dividend.high()));
            }
            case SELECT -> operand(definition, 1, block, depth).union(operand(definition, 2, block, depth));
            case CONVERT -> {
                Interval narrow = ofNarrow(definition.classAttribute().descriptorString());
                boolean fromInt = definition.operand(0).type().kind() == Type.Kind.INT;
                Interval from = fromInt ? operand(definition, 0, block, depth) : Interval.INT;
                yield fromInt && from.isWithin(narrow) ? from : narrow;
            }
            case ARRAY_LOAD -> ofNarrow(definition.classAttribute().descriptorString());
            case GET_FIELD, GET_STATIC -> ofNarrow(definition.field().type().descriptorString());
            case MATH -> ofMath(definition, block, depth);
            default -> Interval.INT;
        };
    }

    private Interval operand(Instruction instruction, int index, Block block, int depth) {
        return interval(instruction.operand(index), block, depth - 1);
    }

    private static Interval ofNarrow(String descriptor) {
        return switch (descriptor) {
            case "B" -> new Interval(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case "S" -> new Interval(Short.MIN_VALUE, Short.MAX_VALUE);
            case "C" -> new Interval(0, Character.MAX_VALUE);
            default -> Interval.INT;
        };
    }

    private Interval shifted(Instruction definition, Block block, int depth) {
        Interval from = operand(definition, 0, block, depth);
        Interval by = operand(definition, 1, block, depth);
        if (by.low() != by.high()) {
            return from.low() >= 0 ? new Interval(0, from.high()) : Interval.INT;
        }
        int distance = (int) by.low() & 31;
        if (definition.opCode() == OpCode.USHR && from.low() < 0) {
            return distance == 0 ? from : new Interval(0, 0xffffffffL >>> distance);
        }
        return new Interval(from.low() >> distance, from.high() >> distance);
    }

    private Interval divided(Instruction definition, Block block, int depth) {
        Interval dividend = operand(definition, 0, block, depth);
        Interval divisor = operand(definition, 1, block, depth);
        if (divisor.low() <= 0) {
            return Interval.INT;
        }
        return new Interval(
                dividend.low() >= 0 ? dividend.low() / divisor.high() : dividend.low() / divisor.low(),
                dividend.high() >= 0 ? dividend.high() / divisor.low() : dividend.high() / divisor.high());
    }

    private Interval ofMath(Instruction definition, Block block, int depth) {
        if (definition.value().type().kind() != Type.Kind.INT
                || definition.operand(0).type().kind() != Type.Kind.INT) {
            return Interval.INT;
        }
        MathFunction function = definition.math().function();
        Interval first = operand(definition, 0, block, depth);
        if (function == MathFunction.ABS && first.low() > Integer.MIN_VALUE) {
            return new Interval(
                    first.contains(0) ? 0 : Math.min(Math.abs(first.low()), Math.abs(first.high())),
                    Math.max(Math.abs(first.low()), Math.abs(first.high())));
        }
        if (function != MathFunction.MIN && function != MathFunction.MAX) {
            return Interval.INT;
        }
        Interval second = operand(definition, 1, block, depth);
        return function == MathFunction.MIN
                ? new Interval(Math.min(first.low(), second.low()), Math.min(first.high(), second.high()))
                : new Interval(Math.max(first.low(), second.low()), Math.max(first.high(), second.high()));
    }

    private Interval lengthOf(Value array, Block block, int depth) {
        Instruction definition = array.definition();
        Interval lengths = new Interval(0, Integer.MAX_VALUE);
        return definition != null && definition.opCode() == OpCode.NEW_ARRAY
                ? lengths.intersection(interval(definition.operand(0), block, depth))
                : lengths;
    }

    private Interval ofParameter(Value parameter, int depth) {
        Block block = parameter.block();
        InductionVariable variable = inductionVariable(parameter, block);
        if (!underProof.add(parameter)) {
            return Interval.INT;
        }
        try {
            return variable != null ? ofInduction(variable, depth) : ofArguments(parameter, block, depth);
        } finally {
            underProof.remove(parameter);
        }
    }

    private @Nullable InductionVariable inductionVariable(Value parameter, Block block) {
        Loop loop = loops.loopOf(block);
        if (loop == null || loop.header() != block) {
            return null;
        }
        for (InductionVariable variable : variables.computeIfAbsent(loop, InductionVariable::of)) {
            if (variable.parameter() == parameter) {
                return variable;
            }
        }
        return null;
    }

    /** Rising from its start, as long as no step can wrap around. */
    private Interval ofInduction(InductionVariable variable, int depth) {
        if (variable.parameter().type().kind() != Type.Kind.INT) {
            return Interval.INT;
        }
        Block entering = variable.loop().entering().getFirst();
        Interval start = interval(variable.start(), entering, depth - 1);
        Block latch = variable.loop().latches().getFirst();
        // At the latch the variable has this round's value, and whatever the branches on the way there let through.
        Interval atLatch = interval(variable.parameter(), latch, depth - 1);
        if (variable.step() > 0 && atLatch.high() + variable.step() <= Integer.MAX_VALUE) {
            return new Interval(start.low(), Math.max(start.high(), atLatch.high() + variable.step()));
        }
        if (variable.step() < 0 && atLatch.low() + variable.step() >= Integer.MIN_VALUE) {
            return new Interval(Math.min(start.low(), atLatch.low() + variable.step()), start.high());
        }
        return Interval.INT;
    }

    private Interval ofArguments(Value parameter, Block block, int depth) {
        Interval union = null;
        for (Passed passed : arguments(parameter, block)) {
            Interval interval = interval(passed.value(), passed.from(), depth - 1);
            union = union == null ? interval : union.union(interval);
            if (union.equals(Interval.INT)) {
                break;
            }
        }
        return union == null ? Interval.INT : union;
    }

    private record Passed(Value value, Block from) {}

    private List<Passed> arguments(Value parameter, Block block) {
        int index = block.parameters().indexOf(parameter);
        List<Passed> passed = new ArrayList<>();
        if (dominators.order().indexOf(block) < 0) {
            return passed;
        }
        for (Block predecessor : dominators.order().predecessors(block)) {
            for (Edge edge : predecessor.terminator().edges()) {
                if (edge.target() == block) {
                    passed.add(new Passed(edge.arguments().get(index), predecessor));
                }
            }
            for (Handler handler : predecessor.handlers()) {
                if (handler.edge().target() == block) {
                    return List.of();
                }
            }
        }
        return passed;
    }

    private static boolean isSameArray(Value one, Value other) {
        return one == other;
    }

    /** Whether {@code value + more < array.length}, as whole numbers, not wrapped around. */
    private boolean isBelowLength(Value value, Value array, long more, Block block, int depth) {
        if (isExhausted(depth)) {
            return false;
        }
        Instruction made = array.definition();
        if (made != null && made.opCode() == OpCode.NEW_ARRAY) {
            if (made.operand(0) == value && more < 0) {
                return true;
            }
            Interval length = interval(made.operand(0), block, depth / 2);
            if (interval(value, block, depth / 2).high() + more < length.low()) {
                return true;
            }
        }
        Instruction definition = value.definition();
        if (definition != null && isBelowByDefinition(definition, array, more, block, depth)) {
            return true;
        }
        for (Fact fact : facts.of(value, block)) {
            boolean isLeft = fact.left() == value;
            long gained = fact.opCode() == OpCode.LT ? -1 : 0;
            boolean bounds =
                    isLeft && (fact.opCode() == OpCode.LT || fact.opCode() == OpCode.LE) || fact.opCode() == OpCode.EQ;
            if (bounds
                    && fact.left() != fact.right()
                    && isBelowLength(isLeft ? fact.right() : fact.left(), array, more + gained, block, depth - 1)) {
                return true;
            }
        }
        for (Access access : facts.accesses(value, block, null)) {
            if (more <= 0 && isSameArray(access.array(), array)) {
                return true;
            }
        }
        return value.parameterOf() != null && isParameterBelow(value, array, more, depth);
    }

    private boolean isBelowByDefinition(Instruction definition, Value array, long more, Block block, int depth) {
        return switch (definition.opCode()) {
            case ARRAY_LENGTH -> {
                yield more < 0 && isSameArray(definition.operand(0), array);
            }
            case ADD, SUB -> {
                Interval left = operand(definition, 0, block, depth / 2);
                Interval right = operand(definition, 1, block, depth / 2);
                boolean isAdd = definition.opCode() == OpCode.ADD;
                Interval exact = isAdd ? left.plus(right) : left.minus(right);
                if (!exact.isWithin(Interval.INT)) {
                    yield false;
                }
                long most = isAdd ? right.high() : -right.low();
                yield isBelowLength(definition.operand(0), array, more + most, block, depth - 1)
                        || isAdd && isBelowLength(definition.operand(1), array, more + left.high(), block, depth - 1);
            }
            case SHR, USHR, DIV, AND -> {
                // Of what is not negative these give no more than it.
                yield operand(definition, 0, block, depth / 2).low() >= 0
                        && (definition.opCode() != OpCode.DIV
                                || operand(definition, 1, block, depth / 2).low() > 0)
                        && isBelowLength(definition.operand(0), array, more, block, depth - 1);
            }
            case REM -> {
                boolean positive = operand(definition, 0, block, depth / 2).low() >= 0
                        && operand(definition, 1, block, depth / 2).low() > 0;
                yield positive && isBelowLength(definition.operand(1), array, more - 1, block, depth - 1);
            }
            case SELECT -> {
                yield isBelowLength(definition.operand(1), array, more, block, depth - 1)
                        && isBelowLength(definition.operand(2), array, more, block, depth - 1);
            }
            case MATH -> {
                if (definition.operand(0).type().kind() != Type.Kind.INT) {
                    yield false;
                }
                MathFunction function = definition.math().function();
                boolean first = function == MathFunction.MIN || function == MathFunction.MAX
                        ? isBelowLength(definition.operand(0), array, more, block, depth - 1)
                        : false;
                if (function == MathFunction.MIN) {
                    yield first || isBelowLength(definition.operand(1), array, more, block, depth - 1);
                }
                yield first
                        && function == MathFunction.MAX
                        && isBelowLength(definition.operand(1), array, more, block, depth - 1);
            }
            default -> {
                yield false;
            }
        };
    }

    private boolean isParameterBelow(Value parameter, Value array, long more, int depth) {
        Block block = parameter.block();
        // The array of a parameter of the same block is another one when the argument is passed.
        if (array.block() == block || !dominators.isAvailable(array, block) || !underProof.add(parameter)) {
            return false;
        }
        try {
            InductionVariable variable = inductionVariable(parameter, block);
            if (variable != null && variable.step() < 0 && parameter.type().kind() == Type.Kind.INT) {
                // Falling from its start, unless it wraps around.
                Interval atLatch = interval(parameter, variable.loop().latches().getFirst(), depth / 2);
                return atLatch.low() + variable.step() >= Integer.MIN_VALUE
                        && isAvailableAt(array, variable.loop().entering().getFirst())
                        && isBelowLength(
                                variable.start(),
                                array,
                                more,
                                variable.loop().entering().getFirst(),
                                depth - 1);
            }
            List<Passed> arguments = arguments(parameter, block);
            for (Passed passed : arguments) {
                if (!isAvailableAt(array, passed.from())
                        || !isBelowLength(passed.value(), array, more, passed.from(), depth - 1)) {
                    return false;
                }
            }
            return !arguments.isEmpty();
        } finally {
            underProof.remove(parameter);
        }
    }

    private boolean isAvailableAt(Value array, Block block) {
        return array.block() == block || dominators.isAvailable(array, block);
    }
}
