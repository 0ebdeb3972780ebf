package dev.jacobi.optimize;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Identities of arithmetic that hold bit for bit.
 *
 * <p>On integers these are those of arithmetic modulo 2^n. On floats and doubles they are few: {@code x + 0.0} is not {@code x} for
 * -0.0, {@code x * 0} is not 0 for NaN, infinities and negative numbers, {@code x - x} is not 0 for NaN and infinities, and addition
 * does not associate. What only differs in the sign or payload of a NaN ({@code x + -y} for {@code x - y}) is left alone too.
 */
final class AlgebraicIdentities {

    /** Makes instructions that go directly before the one that is simplified. */
    interface Builder {
        Value constant(Object number);

        Value make(OpCode opCode, @Nullable Object attribute, Value... operands);
    }

    /** So many operations on longs are looked through for one that was an int. */
    private static final int NARROWED_DEPTH = 4;

    private AlgebraicIdentities() {}

    /** A value equal to the result of {@code instruction}, or null where no identity applies. */
    static @Nullable Value simplify(Instruction instruction, Builder builder) {
        return switch (instruction.opCode()) {
            case ADD, SUB, MUL, DIV, REM, AND, OR, XOR, SHL, SHR, USHR ->
                instruction.operand(0).type().isFloatingPoint() ? floating(instruction) : integer(instruction, builder);
            case NEG -> {
                Value operand = instruction.operand(0);
                yield operand.isResultOf(OpCode.NEG) ? definition(operand).operand(0) : null;
            }
            case EQ, NE, LT, LE, GT, GE -> comparison(instruction, builder);
            case SELECT -> select(instruction);
            case CONVERT -> conversion(instruction, builder);
            default -> null;
        };
    }

    private static Instruction definition(Value value) {
        Instruction definition = value.definition();
        if (definition == null) {
            throw new IllegalStateException(value + " is a parameter");
        }
        return definition;
    }

    private static @Nullable Value floating(Instruction instruction) {
        Value left = instruction.operand(0);
        Value right = instruction.operand(1);
        return switch (instruction.opCode()) {
            case ADD -> isNothing(instruction, right) ? left : isNothing(instruction, left) ? right : null;
            case SUB -> Constants.isFloating(right, 0.0) ? left : null;
            case MUL -> Constants.isFloating(right, 1.0) ? left : Constants.isFloating(left, 1.0) ? right : null;
            case DIV -> Constants.isFloating(right, 1.0) ? left : null;
            default -> null;
        };
    }

    /** Whether a summand changes nothing; the sign of a sum that is zero only matters where it is not an adjoint. */
    private static boolean isNothing(Instruction sum, Value summand) {
        return Constants.isFloating(summand, -0.0) || sum.isAdjointSum() && Constants.isFloating(summand, 0.0);
    }

    private static @Nullable Value integer(Instruction instruction, Builder builder) {
        Value left = instruction.operand(0);
        Value right = instruction.operand(1);
        boolean isLong = left.type().kind() == Type.Kind.LONG;
        return switch (instruction.opCode()) {
            case ADD -> {
                if (Constants.isInteger(right, 0)) {
                    yield left;
                }
                if (Constants.of(left) != null && Constants.of(right) == null) {
                    yield builder.make(OpCode.ADD, null, right, left);
                }
                yield reassociate(instruction, builder);
            }
            case SUB -> {
                if (Constants.isInteger(right, 0)) {
                    yield left;
                }
                if (left == right) {
                    yield builder.constant(number(isLong, 0));
                }
                if (Constants.isInteger(left, 0)) {
                    yield builder.make(OpCode.NEG, null, right);
                }
                if (Constants.of(right) instanceof Integer subtrahend) {
                    yield builder.make(OpCode.ADD, null, left, builder.constant(-subtrahend));
                }
                yield Constants.of(right) instanceof Long subtrahend
                        ? builder.make(OpCode.ADD, null, left, builder.constant(-subtrahend))
                        : null;
            }
            case MUL -> {
                if (Constants.of(left) != null && Constants.of(right) == null) {
                    yield builder.make(OpCode.MUL, null, right, left);
                }
                if (Constants.isInteger(right, 1) || Constants.isInteger(right, 0)) {
                    yield Constants.isInteger(right, 1) ? left : right;
                }
                yield Constants.isInteger(right, -1) ? builder.make(OpCode.NEG, null, left) : null;
            }
            case DIV -> Constants.isInteger(right, 1) ? left : null;
            case REM ->
                Constants.isInteger(right, 1) || Constants.isInteger(right, -1)
                        ? builder.constant(number(isLong, 0))
                        : null;
            case AND ->
                Constants.isInteger(right, -1) || left == right || Constants.isInteger(left, 0)
                        ? left
                        : Constants.isInteger(left, -1) || Constants.isInteger(right, 0) ? right : null;
            case OR ->
                Constants.isInteger(right, 0) || left == right || Constants.isInteger(left, -1)
                        ? left
                        : Constants.isInteger(left, 0) || Constants.isInteger(right, -1) ? right : null;
            case XOR ->
                Constants.isInteger(right, 0)
                        ? left
                        : Constants.isInteger(left, 0)
                                ? right
                                : left == right ? builder.constant(number(isLong, 0)) : null;
            case SHL, SHR, USHR ->
                Constants.of(right) instanceof Integer distance && (distance & (isLong ? 63 : 31)) == 0 ? left : null;
            default -> null;
        };
    }

    private static Object number(boolean isLong, int value) {
        return isLong ? (Object) (long) value : (Object) value;
    }

    /** {@code (x + c) + d} is {@code x + (c + d)}. */
    private static @Nullable Value reassociate(Instruction instruction, Builder builder) {
        Value left = instruction.operand(0);
        if (!left.isResultOf(OpCode.ADD)) {
            return null;
        }
        Instruction inner = definition(left);
        Object first = Constants.of(inner.operand(1));
        Object second = Constants.of(instruction.operand(1));
        if (first == null || second == null) {
            return null;
        }
        Object sum = ConstantArithmetic.evaluate(OpCode.ADD, null, List.of(first, second));
        return sum == null ? null : builder.make(OpCode.ADD, null, inner.operand(0), builder.constant(sum));
    }

    private static @Nullable Value comparison(Instruction instruction, Builder builder) {
        Value left = instruction.operand(0);
        Value right = instruction.operand(1);
        OpCode opCode = instruction.opCode();
        boolean orEqual = opCode == OpCode.EQ || opCode == OpCode.LE || opCode == OpCode.GE;
        if (left == right && !left.type().isFloatingPoint()) {
            return builder.constant(orEqual ? 1 : 0);
        }
        if (left == right && (opCode == OpCode.LT || opCode == OpCode.GT)) {
            return builder.constant(0);
        }
        if (left.type().isReference()) {
            boolean different = Constants.isNull(left) && Constants.isNonNull(right)
                    || Constants.isNull(right) && Constants.isNonNull(left)
                    || Constants.isAllocation(left) && Constants.isAllocation(right);
            return different ? builder.constant(orEqual ? 0 : 1) : null;
        }
        if (Constants.of(left) != null && Constants.of(right) == null) {
            return builder.make(mirrored(opCode), null, right, left);
        }
        if (left.isResultOf(OpCode.SELECT)) {
            Value choice = ofChoice(opCode, definition(left), right, builder);
            if (choice != null) {
                return choice;
            }
        }
        if (Constants.isInteger(right, 0) && left.definition() instanceof Instruction inner) {
            return withZero(opCode, inner, builder);
        }
        if (Constants.isInteger(right, 1) && Constants.isTruth(left)) {
            return switch (opCode) {
                case EQ, GE -> left;
                case NE, LT -> builder.make(OpCode.EQ, null, left, builder.constant(0));
                case LE -> builder.constant(1);
                default -> builder.constant(0);
            };
        }
        return null;
    }

    /** Whether one of two constants compares with a third is what chooses between them, or its opposite, or always the same. */
    private static @Nullable Value ofChoice(OpCode opCode, Instruction select, Value right, Builder builder) {
        Object one = Constants.of(select.operand(1));
        Object other = Constants.of(select.operand(2));
        Object third = Constants.of(right);
        if (one == null || other == null || third == null) {
            return null;
        }
        Object ifTrue = ConstantArithmetic.evaluate(opCode, null, List.of(one, third));
        Object ifFalse = ConstantArithmetic.evaluate(opCode, null, List.of(other, third));
        if (ifTrue == null || ifFalse == null) {
            return null;
        }
        if (ifTrue.equals(ifFalse)) {
            return builder.constant(ifTrue);
        }
        OpCode asChosen = ifTrue.equals(1) ? OpCode.NE : OpCode.EQ;
        return builder.make(asChosen, null, select.operand(0), builder.constant(0));
    }

    private static @Nullable Value withZero(OpCode opCode, Instruction inner, Builder builder) {
        switch (inner.opCode()) {
            case CMP -> {
                return builder.make(opCode, null, inner.operand(0), inner.operand(1));
            }
            case CMPL, CMPG -> {
                // A comparison that must hold for NaN as well is the negation of its opposite.
                boolean trueOfNaN = inner.opCode() == OpCode.CMPG
                        ? opCode == OpCode.GT || opCode == OpCode.GE
                        : opCode == OpCode.LT || opCode == OpCode.LE;
                if (!trueOfNaN) {
                    return builder.make(opCode, null, inner.operand(0), inner.operand(1));
                }
                Value opposite = builder.make(opposite(opCode), null, inner.operand(0), inner.operand(1));
                return builder.make(OpCode.EQ, null, opposite, builder.constant(0));
            }
            default -> {
                if (!Constants.isTruth(inner.value())) {
                    return null;
                }
                return switch (opCode) {
                    case NE, GT -> inner.value();
                    case EQ, LE -> negation(inner, builder, opCode == OpCode.LE);
                    case GE -> builder.constant(1);
                    default -> builder.constant(0);
                };
            }
        }
    }

    private static @Nullable Value negation(Instruction inner, Builder builder, boolean needed) {
        boolean exact = inner.opCode() == OpCode.EQ
                || inner.opCode() == OpCode.NE
                || inner.opCode().isComparison() && !inner.operand(0).type().isFloatingPoint();
        if (exact) {
            return builder.make(opposite(inner.opCode()), null, inner.operand(0), inner.operand(1));
        }
        return needed ? builder.make(OpCode.EQ, null, inner.value(), builder.constant(0)) : null;
    }

    /** The comparison that gives the same with its operands exchanged. */
    static OpCode mirrored(OpCode opCode) {
        return switch (opCode) {
            case LT -> OpCode.GT;
            case LE -> OpCode.GE;
            case GT -> OpCode.LT;
            case GE -> OpCode.LE;
            default -> opCode;
        };
    }

    /** The comparison that holds where this one does not, NaN apart. */
    static OpCode opposite(OpCode opCode) {
        return switch (opCode) {
            case EQ -> OpCode.NE;
            case NE -> OpCode.EQ;
            case LT -> OpCode.GE;
            case LE -> OpCode.GT;
            case GT -> OpCode.LE;
            case GE -> OpCode.LT;
            default -> throw new IllegalArgumentException(opCode.mnemonic());
        };
    }

    private static @Nullable Value select(Instruction instruction) {
        Value condition = instruction.operand(0);
        Value ifTrue = instruction.operand(1);
        Value ifFalse = instruction.operand(2);
        if (ifTrue == ifFalse) {
            return ifTrue;
        }
        if (Constants.of(condition) instanceof Integer decided) {
            return decided != 0 ? ifTrue : ifFalse;
        }
        boolean isCondition = Constants.isTruth(condition)
                && Constants.of(ifTrue) instanceof Integer one
                && one == 1
                && Constants.of(ifFalse) instanceof Integer zero
                && zero == 0;
        return isCondition ? condition : null;
    }

    /** The lower half of a sum, difference or product of longs of which some were ints, or are constants: that of their lower halves. */
    private static @Nullable Value narrowed(Instruction longs, Builder builder) {
        if (!reachesWidened(longs, NARROWED_DEPTH)) {
            return null;
        }
        return builder.make(
                longs.opCode(), null, lowerHalf(longs.operand(0), builder), lowerHalf(longs.operand(1), builder));
    }

    private static boolean reachesWidened(Instruction longs, int depth) {
        boolean isLinear = longs.opCode() == OpCode.ADD || longs.opCode() == OpCode.SUB || longs.opCode() == OpCode.MUL;
        return isLinear
                && longs.operands().stream()
                        .anyMatch(operand -> isWidened(operand)
                                || depth > 0
                                        && operand.definition() instanceof Instruction inner
                                        && reachesWidened(inner, depth - 1));
    }

    private static boolean isWidened(Value value) {
        return Constants.of(value) instanceof Long
                || value.isResultOf(OpCode.CONVERT)
                        && definition(value).operand(0).type().kind() == Type.Kind.INT;
    }

    private static Value lowerHalf(Value value, Builder builder) {
        if (Constants.of(value) instanceof Long constant) {
            return builder.constant(constant.intValue());
        }
        return isWidened(value)
                ? definition(value).operand(0)
                : builder.make(OpCode.CONVERT, ConstantDescs.CD_int, value);
    }

    /** Widening and then narrowing an int gives it back; narrowing what is already narrow does nothing. */
    private static @Nullable Value conversion(Instruction instruction, Builder builder) {
        Value operand = instruction.operand(0);
        String target = instruction.classAttribute().descriptorString();
        if (target.equals(operand.type().descriptor().descriptorString())
                && !operand.type().isReference()) {
            return operand;
        }
        Instruction inner = operand.definition();
        if (inner == null) {
            return null;
        }
        boolean isConversion = inner.opCode() == OpCode.CONVERT;
        if (target.equals("I")) {
            if (operand.type().kind() == Type.Kind.LONG && !isConversion) {
                return narrowed(inner, builder);
            }
            return isConversion
                            && inner.operand(0).type().kind() == Type.Kind.INT
                            && (operand.type().kind() == Type.Kind.LONG
                                    || operand.type().kind() == Type.Kind.DOUBLE)
                    ? inner.operand(0)
                    : null;
        }
        boolean isNarrow = isConversion || inner.opCode() == OpCode.ARRAY_LOAD;
        boolean same = isNarrow
                && inner.attribute() instanceof ClassDesc from
                && from.descriptorString().equals(target);
        return same && "BSC".contains(target) ? operand : null;
    }
}
