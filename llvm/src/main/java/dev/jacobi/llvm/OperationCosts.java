package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;

/**
 * The table of how long operations take where each waits for the one before, in tenths of a nanosecond: measured on a processor of 4.6 GHz, one after the other in a loop, nothing vectorised. In most code several
 * go on at a time, so that it takes a third to a tenth of that. What memory takes that is in no cache is not in it.
 */
final class OperationCosts {
    /** A call, or an array that is made, beside what is written into it. */
    static final int CALL = 300;

    /** Two bytes that are written or copied, as a binary logarithm. */
    static final int BYTES = 1;

    private OperationCosts() {}

    static int of(Instruction instruction, NativeOptions options) {
        boolean floating =
                instruction.result() != null && instruction.value().type().isFloatingPoint();
        return switch (instruction.opCode()) {
            case CONSTANT, ARRAY_LENGTH, NULL_CHECK -> 0;
            case ADD, SUB, MUL -> floating ? 9 : 3;
            case DIV -> 50;
            case REM -> floating ? 250 : 50;
            case ARRAY_LOAD -> 5;
            case CONVERT -> 10;
            case MATH -> of(instruction.math().function(), options);
            case NEW_ARRAY, NEW_MULTI_ARRAY -> CALL;
            default -> instruction.opCode().isCall() ? CALL : 3;
        };
    }

    private static int of(MathFunction function, NativeOptions options) {
        boolean strict = !options.vectorMath();
        return switch (function) {
            case RAW_BITS, CANONICAL_BITS, FROM_BITS, FMA, ABS, COPY_SIGN, TO_RADIANS, TO_DEGREES -> 10;
            case SIGNUM, FLOOR, CEIL, RINT, ROUND, ULP, NEXT_UP, NEXT_DOWN, NEXT_AFTER, SCALB, GET_EXPONENT -> 30;
            case MIN, MAX -> 40;
            case SQRT -> 50;
            case EXP, EXPM1, LOG, LOG10, LOG1P, SIN, COS -> strict ? 250 : 150;
            case CBRT, TAN, ASIN, ACOS, ATAN, ATAN2, SINH, COSH, TANH, HYPOT, IEEE_REMAINDER -> strict ? 470 : 320;
            case POW -> 690;
        };
    }
}
