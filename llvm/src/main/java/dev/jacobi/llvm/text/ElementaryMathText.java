package dev.jacobi.llvm.text;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.Optional;
import java.util.StringJoiner;

/** Writes those mathematical functions that a few instructions compute with Java's bits; the rest is left to who extends it. */
public abstract class ElementaryMathText {
    private final CodeWriter code;

    protected ElementaryMathText(CodeWriter code) {
        this.code = code;
    }

    /** Writes the least or greatest of two floating-point numbers, with Java's order of zeros, and NaN if one is. */
    protected abstract void extreme(Instruction instruction);

    /** Writes a function for which there are no instructions. */
    protected abstract void library(Instruction instruction);

    /** As LLVM names a type in the names of intrinsic functions. */
    public static String suffix(Type type) {
        return switch (type.kind()) {
            case FLOAT -> "f32";
            case DOUBLE -> "f64";
            default -> Element.typeOf(type);
        };
    }

    /** Writes an instruction of the operation {@code MATH}. */
    public final void write(Instruction instruction) {
        MathFunction function = instruction.math().function();
        Type type = instruction.operand(0).type();
        boolean floating = type.isFloatingPoint();
        Value result = instruction.value();
        String x = code.text(instruction.operand(0));
        switch (function) {
            case SQRT -> intrinsic(instruction, "sqrt");
            case FLOOR -> intrinsic(instruction, "floor");
            case CEIL -> intrinsic(instruction, "ceil");
            case RINT -> intrinsic(instruction, "rint");
            case FMA -> intrinsic(instruction, "fma");
            case MIN, MAX -> {
                if (floating) {
                    extreme(instruction);
                } else {
                    intrinsic(instruction, function == MathFunction.MIN ? "smin" : "smax");
                }
            }
            case ABS -> {
                if (floating) {
                    intrinsic(instruction, "fabs");
                } else {
                    code.define(result, call("abs", type, code.typed(instruction.operand(0)) + ", i1 false"));
                }
            }
            case COPY_SIGN -> copySign(instruction, type);
            case SIGNUM -> {
                String one = code.let(call("copysign", type, number(type, "1.0") + ", " + number(type, x)));
                // Zeros and NaN stay what they are.
                String ordinary = code.let("fcmp one " + number(type, x) + ", 0.0");
                code.define(result, "select i1 " + ordinary + ", " + number(type, one) + ", " + number(type, x));
            }
            case ROUND -> round(result, type, x);
            case TO_RADIANS ->
                code.define(result, "fmul double " + x + ", " + CodeWriter.literal(0.017453292519943295));
            case TO_DEGREES -> code.define(result, "fmul double " + x + ", " + CodeWriter.literal(57.29577951308232));
            case RAW_BITS, FROM_BITS -> bits(result, type, x);
            case CANONICAL_BITS -> canonicalBits(result, type, x);
            case GET_EXPONENT -> exponent(result, type, x);
            case NEXT_UP -> code.define(result, next(type, x, true));
            case NEXT_DOWN -> code.define(result, next(type, x, false));
            case SCALB -> scalb(instruction, type, x);
            default -> library(instruction);
        }
    }

    protected static String number(Type type, String operand) {
        return Element.typeOf(type) + " " + operand;
    }

    protected static String call(String name, Type type, String operands) {
        return "call " + Element.typeOf(type) + " @llvm." + name + "." + suffix(type) + "(" + operands + ")";
    }

    protected final void intrinsic(Instruction instruction, String name) {
        StringJoiner operands = new StringJoiner(", ");
        instruction.operands().forEach(operand -> operands.add(code.typed(operand)));
        code.define(instruction.value(), call(name, instruction.operand(0).type(), operands.toString()));
    }

    /** {@code StrictMath} takes the sign of NaN as positive. */
    private void copySign(Instruction instruction, Type type) {
        String sign = code.text(instruction.operand(1));
        if (instruction.math().strict()) {
            String isNaN = code.let("fcmp uno " + number(type, sign) + ", 0.0");
            sign = code.let("select i1 " + isNaN + ", " + number(type, "1.0") + ", " + number(type, sign));
        }
        code.define(
                instruction.value(),
                call("copysign", type, code.typed(instruction.operand(0)) + ", " + number(type, sign)));
    }

    /** To the nearest integer, up if there are two. What is left after the floor is exact where it decides. */
    private void round(Value result, Type type, String x) {
        String floor = code.let(call("floor", type, number(type, x)));
        String rest = code.let("fsub " + number(type, x) + ", " + floor);
        String up = code.let("fcmp oge " + number(type, rest) + ", 0.5");
        String above = code.let("fadd " + number(type, floor) + ", 1.0");
        String rounded = code.let("select i1 " + up + ", " + number(type, above) + ", " + number(type, floor));
        code.define(result, code.truncation(type, rounded, Element.typeOf(result.type())));
    }

    private void bits(Value result, Type type, String x) {
        code.define(result, "bitcast " + number(type, x) + " to " + Element.typeOf(result.type()));
    }

    private void canonicalBits(Value result, Type type, String x) {
        String integer = Element.typeOf(result.type());
        String bits = code.let("bitcast " + number(type, x) + " to " + integer);
        String isNaN = code.let("fcmp uno " + number(type, x) + ", 0.0");
        String canonical = type.equals(Type.DOUBLE)
                ? Long.toString(Double.doubleToLongBits(Double.NaN))
                : Integer.toString(Float.floatToIntBits(Float.NaN));
        code.define(result, "select i1 " + isNaN + ", " + integer + " " + canonical + ", " + integer + " " + bits);
    }

    private void exponent(Value result, Type type, String x) {
        boolean isDouble = type.equals(Type.DOUBLE);
        String integer = isDouble ? "i64" : "i32";
        String bits = code.let("bitcast " + number(type, x) + " to " + integer);
        String high = code.let("lshr " + integer + " " + bits + ", " + (isDouble ? 52 : 23));
        String biased = code.let("and " + integer + " " + high + ", " + (isDouble ? 0x7ff : 0xff));
        if (isDouble) {
            biased = code.let("trunc i64 " + biased + " to i32");
        }
        code.define(result, "sub i32 " + biased + ", " + (isDouble ? 1023 : 127));
    }

    /** The neighbour: one more in the bits away from zero, one less towards it; the last infinity and NaN have none. */
    protected final String next(Type type, String x, boolean up) {
        String integer = type.equals(Type.DOUBLE) ? "i64" : "i32";
        String bits = code.let("bitcast " + number(type, x) + " to " + integer);
        String isAway = code.let((up ? "fcmp ogt " : "fcmp olt ") + number(type, x) + ", 0.0");
        String step = code.let("select i1 " + isAway + ", " + integer + " 1, " + integer + " -1");
        String moved = code.let("add " + integer + " " + bits + ", " + step);
        String isZero = code.let("fcmp oeq " + number(type, x) + ", 0.0");
        String ofZero = type.equals(Type.DOUBLE)
                ? Long.toString(up ? 1 : Long.MIN_VALUE + 1)
                : Integer.toString(up ? 1 : Integer.MIN_VALUE + 1);
        String neighbour =
                code.let("select i1 " + isZero + ", " + integer + " " + ofZero + ", " + integer + " " + moved);
        String number = code.let("bitcast " + integer + " " + neighbour + " to " + Element.typeOf(type));
        String infinity = type.equals(Type.DOUBLE)
                ? CodeWriter.literal(up ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY)
                : CodeWriter.literal(up ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
        String has = code.let((up ? "fcmp olt " : "fcmp ogt ") + number(type, x) + ", " + infinity);
        return "select i1 " + has + ", " + number(type, number) + ", " + number(type, x);
    }

    /** A float times a power of two is exact as a double, unless that is out of all bounds. */
    private void scalb(Instruction instruction, Type type, String x) {
        boolean isFloat = type.equals(Type.FLOAT);
        String wide = isFloat ? code.let("fpext float " + x + " to double") : x;
        String scaled = "call " + code.convention() + "double @jacobi.scalb(double " + wide + ", "
                + code.typed(instruction.operand(1)) + ")";
        code.define(instruction.value(), isFloat ? "fptrunc double " + code.let(scaled) + " to float" : scaled);
    }

    /** The JDK's class for a function, inside {@code java.lang.FdLibm}. */
    public static Optional<String> implementation(MathFunction function) {
        return switch (function) {
            case SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    ATAN2,
                    SINH,
                    COSH,
                    TANH,
                    EXP,
                    EXPM1,
                    LOG,
                    LOG10,
                    LOG1P,
                    POW,
                    CBRT,
                    HYPOT -> {
                String name = function.methodName();
                yield Optional.of(Character.toUpperCase(name.charAt(0)) + name.substring(1));
            }
            case IEEE_REMAINDER -> Optional.of("IEEEremainder");
            default -> Optional.empty();
        };
    }
}
