package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a loop goes round that is left where an induction variable meets a bound which does not change in the loop.
 *
 * <p>Known are loops that test in their header, {@code for (int i = start; i < bound; i += step)} and the like with {@code <=, >, >=,
 * !=}, where the variable certainly does not wrap around: a step of 1 or -1, or start and bound so that it cannot. The count is that of
 * passages from the header into the loop. If the loop has other exits, or something in it throws, it may go round less often.
 *
 * @param comparison what must hold of variable and {@code bound} for the loop to go on
 */
public record TripCount(InductionVariable variable, OpCode comparison, Value bound, boolean hasOtherExits) {

    /** The count of the loop if it is known on entry, or null. */
    public static @Nullable TripCount of(Loop loop) {
        if (!(loop.header().terminator() instanceof Branch(Value condition, Edge ifTrue, Edge ifFalse, var _))
                || loop.contains(ifTrue.target()) == loop.contains(ifFalse.target())) {
            return null;
        }
        Instruction test = condition.definition();
        boolean staysIfTrue = loop.contains(ifTrue.target());
        List<InductionVariable> variables = InductionVariable.of(loop);
        if (test == null || !test.opCode().isComparison()) {
            return null;
        }
        if (test.operand(0).type().isFloatingPoint()) {
            return null;
        }
        OpCode goesOn = staysIfTrue ? test.opCode() : opposite(test.opCode());
        for (InductionVariable variable : variables) {
            TripCount count = null;
            if (test.operand(0) == variable.parameter() && isInvariant(test.operand(1), loop)) {
                count = new TripCount(
                        variable, goesOn, test.operand(1), loop.exits().size() > 1);
            } else if (test.operand(1) == variable.parameter() && isInvariant(test.operand(0), loop)) {
                count = new TripCount(
                        variable,
                        mirrored(goesOn),
                        test.operand(0),
                        loop.exits().size() > 1);
            }
            if (count != null && count.isKnown()) {
                return count;
            }
        }
        return null;
    }

    private static boolean isInvariant(Value value, Loop loop) {
        Instruction definition = value.definition();
        return !loop.contains(value.block()) || definition != null && definition.opCode() == OpCode.CONSTANT;
    }

    private boolean isKnown() {
        boolean up = variable.step() > 0;
        boolean one = variable.step() == 1 || variable.step() == -1;
        return switch (comparison) {
            case NE -> one && variable.parameter().type().kind() == Type.Kind.INT;
            case LT -> up && (one || cannotWrap());
            case GT -> !up && (one || cannotWrap());
            // With the largest bound these never end by their test, so that any count is right if they do.
            case LE -> up && (one && !hasOtherExits || cannotWrap());
            case GE -> !up && (one && !hasOtherExits || cannotWrap());
            default -> false;
        };
    }

    /** Whether one more step after the bound still fits the type. */
    private boolean cannotWrap() {
        Long constant = constant(bound);
        if (constant == null) {
            return false;
        }
        boolean isInt = variable.parameter().type().kind() == Type.Kind.INT;
        long largest = isInt ? Integer.MAX_VALUE : Long.MAX_VALUE;
        long smallest = isInt ? Integer.MIN_VALUE : Long.MIN_VALUE;
        return variable.step() > 0 ? constant <= largest - variable.step() : constant >= smallest - variable.step();
    }

    private static @Nullable Long constant(Value value) {
        Instruction definition = value.definition();
        if (definition == null || definition.opCode() != OpCode.CONSTANT) {
            return null;
        }
        return switch (definition.attribute()) {
            case Integer number -> (Long) (long) number;
            case Long number -> number;
            case null, default -> null;
        };
    }

    /** The count if it is the same each time, or null. */
    public @Nullable Long constantCount() {
        Long from = constant(variable.start());
        Long to = constant(bound);
        if (from == null || to == null || Math.abs(from) > 1L << 40 || Math.abs(to) > 1L << 40) {
            return null;
        }
        if (comparison == OpCode.NE) {
            return (variable.step() > 0 ? to - from : from - to) & 0xffffffffL;
        }
        long step = Math.abs(variable.step());
        long distance = variable.step() > 0 ? to - from : from - to;
        boolean inclusive = comparison == OpCode.LE || comparison == OpCode.GE;
        return Math.max(0, Math.floorDiv(distance + (inclusive ? step : step - 1), step));
    }

    /**
     * Makes the count, a long of at least 0, at the end of {@code block}, where start and bound must be available; a bound that is a
     * constant of the loop is made again. Only for int variables, of which the distance always fits a long.
     */
    public Value emit(Block block, @Nullable SourcePosition position) {
        if (variable.parameter().type().kind() != Type.Kind.INT) {
            throw new IllegalStateException("the variable is a long");
        }
        Function function = block.function();
        List<Instruction> made = new ArrayList<>();
        Value from = widened(function, variable.start(), made, position);
        Value to = widened(function, bound, made, position);
        boolean up = variable.step() > 0;
        Value distance = make(function, OpCode.SUB, made, position, up ? to : from, up ? from : to);
        Value count;
        if (comparison == OpCode.NE) {
            Value mask = constant(function, 0xffffffffL, made, position);
            count = make(function, OpCode.AND, made, position, distance, mask);
        } else {
            long step = Math.abs(variable.step());
            boolean inclusive = comparison == OpCode.LE || comparison == OpCode.GE;
            Value roundUp = constant(function, inclusive ? step : step - 1, made, position);
            Value whole = make(function, OpCode.ADD, made, position, distance, roundUp);
            Value zero = constant(function, 0L, made, position);
            Value isPositive = make(function, OpCode.GT, made, position, whole, zero);
            Value quotient = step == 1
                    ? whole
                    : make(function, OpCode.DIV, made, position, whole, constant(function, step, made, position));
            count = make(function, OpCode.SELECT, made, position, isPositive, quotient, zero);
        }
        made.forEach(block::append);
        return count;
    }

    private static Value widened(
            Function function, Value value, List<Instruction> made, @Nullable SourcePosition position) {
        Long known = constant(value);
        if (known != null) {
            return constant(function, known, made, position);
        }
        Instruction widening =
                function.newInstruction(OpCode.CONVERT, Type.LONG.descriptor(), List.of(value), position);
        made.add(widening);
        return widening.value();
    }

    private static Value constant(
            Function function, long number, List<Instruction> made, @Nullable SourcePosition position) {
        Instruction constant = function.newInstruction(OpCode.CONSTANT, number, List.of(), position);
        made.add(constant);
        return constant.value();
    }

    private static Value make(
            Function function,
            OpCode opCode,
            List<Instruction> made,
            @Nullable SourcePosition position,
            Value... operands) {
        Instruction instruction = function.newInstruction(opCode, null, List.of(operands), position);
        made.add(instruction);
        return instruction.value();
    }

    private static OpCode opposite(OpCode opCode) {
        return switch (opCode) {
            case EQ -> OpCode.NE;
            case NE -> OpCode.EQ;
            case LT -> OpCode.GE;
            case LE -> OpCode.GT;
            case GT -> OpCode.LE;
            default -> OpCode.LT;
        };
    }

    private static OpCode mirrored(OpCode opCode) {
        return switch (opCode) {
            case LT -> OpCode.GT;
            case LE -> OpCode.GE;
            case GT -> OpCode.LT;
            case GE -> OpCode.LE;
            default -> opCode;
        };
    }
}
