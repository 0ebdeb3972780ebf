package dev.jacobi.ir;

import java.util.List;

/**
 * The table of mathematical functions that are operations of their own ({@link OpCode#MATH}): those of {@code java.lang.Math} and
 * {@code StrictMath} that depend on their arguments alone and never throw. Their derivatives are in {@code dev.jacobi.autodiff}.
 *
 * <p>Where a function is overloaded, the types of the operands decide.
 */
public enum MathFunction {
    //       method         operands  result
    SIN("sin", 1, Signature.SAME),
    COS("cos", 1, Signature.SAME),
    TAN("tan", 1, Signature.SAME),
    ASIN("asin", 1, Signature.SAME),
    ACOS("acos", 1, Signature.SAME),
    ATAN("atan", 1, Signature.SAME),
    ATAN2("atan2", 2, Signature.SAME),
    SINH("sinh", 1, Signature.SAME),
    COSH("cosh", 1, Signature.SAME),
    TANH("tanh", 1, Signature.SAME),
    EXP("exp", 1, Signature.SAME),
    EXPM1("expm1", 1, Signature.SAME),
    LOG("log", 1, Signature.SAME),
    LOG10("log10", 1, Signature.SAME),
    LOG1P("log1p", 1, Signature.SAME),
    POW("pow", 2, Signature.SAME),
    SQRT("sqrt", 1, Signature.SAME),
    CBRT("cbrt", 1, Signature.SAME),
    HYPOT("hypot", 2, Signature.SAME),
    FMA("fma", 3, Signature.SAME),
    ABS("abs", 1, Signature.SAME),
    MIN("min", 2, Signature.SAME),
    MAX("max", 2, Signature.SAME),
    FLOOR("floor", 1, Signature.SAME),
    CEIL("ceil", 1, Signature.SAME),
    RINT("rint", 1, Signature.SAME),
    /** {@code double} to {@code long}, {@code float} to {@code int}. */
    ROUND("round", 1, Signature.ROUND),
    SIGNUM("signum", 1, Signature.SAME),
    COPY_SIGN("copySign", 2, Signature.SAME),
    TO_RADIANS("toRadians", 1, Signature.SAME),
    TO_DEGREES("toDegrees", 1, Signature.SAME),
    IEEE_REMAINDER("IEEEremainder", 2, Signature.SAME),
    ULP("ulp", 1, Signature.SAME),
    NEXT_UP("nextUp", 1, Signature.SAME),
    NEXT_DOWN("nextDown", 1, Signature.SAME),
    NEXT_AFTER("nextAfter", 2, Signature.SAME),
    /** {@code scalb(x, int)}. */
    SCALB("scalb", 2, Signature.SAME),
    GET_EXPONENT("getExponent", 1, Signature.INT),
    /** {@code Double.doubleToRawLongBits} and {@code Float.floatToRawIntBits}. */
    RAW_BITS("rawBits", 1, Signature.BITS),
    /** {@code Double.doubleToLongBits} and {@code Float.floatToIntBits}: all NaN give the same bits. */
    CANONICAL_BITS("canonicalBits", 1, Signature.BITS),
    /** {@code Double.longBitsToDouble} and {@code Float.intBitsToFloat}. */
    FROM_BITS("fromBits", 1, Signature.BITS);

    private enum Signature {
        SAME,
        ROUND,
        INT,
        BITS
    }

    private final String methodName;
    private final int operandCount;
    private final Signature signature;

    MathFunction(String methodName, int operandCount, Signature signature) {
        this.methodName = methodName;
        this.operandCount = operandCount;
        this.signature = signature;
    }

    /** The name of the method in {@code java.lang.Math}, also the name in the text form. */
    public String methodName() {
        return methodName;
    }

    public int operandCount() {
        return operandCount;
    }

    /** Whether {@code Math} has this function for operands of these types. */
    boolean accepts(List<Type.Kind> operands) {
        Type.Kind first = operands.getFirst();
        boolean floating = first == Type.Kind.DOUBLE || (first == Type.Kind.FLOAT && hasFloatOverload());
        boolean same = operands.stream().allMatch(kind -> kind == first);
        return switch (this) {
            case ABS, MIN, MAX -> same && first != Type.Kind.REFERENCE;
            case NEXT_AFTER -> floating && operands.get(1) == Type.Kind.DOUBLE;
            case SCALB -> floating && operands.get(1) == Type.Kind.INT;
            case FROM_BITS -> first == Type.Kind.INT || first == Type.Kind.LONG;
            default -> same && floating;
        };
    }

    /** Whether there is a variant for {@code float} besides that for {@code double}. */
    private boolean hasFloatOverload() {
        return switch (this) {
            case FMA,
                    ROUND,
                    SIGNUM,
                    COPY_SIGN,
                    ULP,
                    NEXT_UP,
                    NEXT_DOWN,
                    NEXT_AFTER,
                    SCALB,
                    GET_EXPONENT,
                    RAW_BITS,
                    CANONICAL_BITS -> true;
            default -> false;
        };
    }

    /** The type of the result for operands of these types. */
    public Type resultType(List<Value> operands) {
        Type.Kind kind = operands.getFirst().type().kind();
        return switch (signature) {
            case SAME -> operands.getFirst().type();
            case ROUND -> kind == Type.Kind.FLOAT ? Type.INT : Type.LONG;
            case INT -> Type.INT;
            case BITS ->
                switch (kind) {
                    case FLOAT -> Type.INT;
                    case DOUBLE -> Type.LONG;
                    case INT -> Type.FLOAT;
                    default -> Type.DOUBLE;
                };
        };
    }
}
