package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Writes mathematical functions: as instructions where these give Java's bits, else by the JDK's own code for {@code StrictMath}.
 *
 * <p>Not handled: {@code ulp}, {@code nextAfter}.
 */
final class MathText {
    private final Body body;
    private final CallText calls;
    private final RunningExtremes running;

    MathText(Body body, CallText calls, RunningExtremes running) {
        this.body = body;
        this.calls = calls;
        this.running = running;
    }

    /** As LLVM names a type in the names of intrinsic functions. */
    static String suffix(Type type) {
        return switch (type.kind()) {
            case FLOAT -> "f32";
            case DOUBLE -> "f64";
            default -> Element.typeOf(type);
        };
    }

    void write(Instruction instruction) {
        MathFunction function = instruction.math().function();
        Type type = instruction.operand(0).type();
        boolean floating = type.isFloatingPoint();
        Value result = instruction.value();
        String x = body.text(instruction.operand(0));
        switch (function) {
            case SQRT -> intrinsic(instruction, "sqrt");
            case FLOOR -> intrinsic(instruction, "floor");
            case CEIL -> intrinsic(instruction, "ceil");
            case RINT -> intrinsic(instruction, "rint");
            case FMA -> intrinsic(instruction, "fma");
            case MIN -> extreme(instruction, floating ? "minimum" : "smin", "olt");
            case MAX -> extreme(instruction, floating ? "maximum" : "smax", "ogt");
            case ABS -> {
                if (floating) {
                    intrinsic(instruction, "fabs");
                } else {
                    body.define(result, call("abs", type, body.typed(instruction.operand(0)) + ", i1 false"));
                }
            }
            case COPY_SIGN -> copySign(instruction, type);
            case SIGNUM -> {
                String one = body.let(call("copysign", type, number(type, "1.0") + ", " + number(type, x)));
                // Zeros and NaN stay what they are.
                String ordinary = body.let("fcmp one " + number(type, x) + ", 0.0");
                body.define(result, "select i1 " + ordinary + ", " + number(type, one) + ", " + number(type, x));
            }
            case ROUND -> round(result, type, x);
            case TO_RADIANS -> body.define(result, "fmul double " + x + ", " + Body.literal(0.017453292519943295));
            case TO_DEGREES -> body.define(result, "fmul double " + x + ", " + Body.literal(57.29577951308232));
            case RAW_BITS, FROM_BITS -> bits(result, type, x);
            case CANONICAL_BITS -> canonicalBits(result, type, x);
            case GET_EXPONENT -> exponent(result, type, x);
            case NEXT_UP -> next(result, type, x, true);
            case NEXT_DOWN -> next(result, type, x, false);
            case SCALB -> scalb(instruction, type, x);
            default -> library(instruction);
        }
    }

    private static String number(Type type, String operand) {
        return Element.typeOf(type) + " " + operand;
    }

    private static String call(String name, Type type, String operands) {
        return "call " + Element.typeOf(type) + " @llvm." + name + "." + suffix(type) + "(" + operands + ")";
    }

    private void intrinsic(Instruction instruction, String name) {
        StringJoiner operands = new StringJoiner(", ");
        instruction.operands().forEach(operand -> operands.add(body.typed(operand)));
        body.define(instruction.value(), call(name, instruction.operand(0).type(), operands.toString()));
    }

    /** @param first how the first operand compares with the second if it is the result */
    private void extreme(Instruction instruction, String name, String first) {
        if (!running.contains(instruction)) {
            intrinsic(instruction, name);
            return;
        }
        Type type = instruction.operand(0).type();
        String operands = body.typed(instruction.operand(0)) + ", " + body.text(instruction.operand(1));
        String rare = body.newLabel("x");
        String usual = body.newLabel("x");
        String both = body.newLabel("x");
        String isRare = body.let("fcmp ueq " + operands);
        body.line("br i1 " + isRare + ", label %" + rare + ", label %" + usual + ", !prof !1");
        body.label(rare);
        String exact = body.let(
                call(name, type, body.typed(instruction.operand(0)) + ", " + body.typed(instruction.operand(1))));
        body.line("br label %" + both);
        body.label(usual);
        String isFirst = body.let("fcmp " + first + " " + operands);
        String chosen = body.let("select i1 " + isFirst + ", " + body.typed(instruction.operand(0)) + ", "
                + body.typed(instruction.operand(1)));
        body.line("br label %" + both);
        body.label(both);
        body.define(
                instruction.value(),
                "phi " + Element.typeOf(type) + " [ " + exact + ", %" + rare + " ], [ " + chosen + ", %" + usual
                        + " ]");
    }

    /** {@code StrictMath} takes the sign of NaN as positive. */
    private void copySign(Instruction instruction, Type type) {
        String sign = body.text(instruction.operand(1));
        if (instruction.math().strict()) {
            String isNaN = body.let("fcmp uno " + number(type, sign) + ", 0.0");
            sign = body.let("select i1 " + isNaN + ", " + number(type, "1.0") + ", " + number(type, sign));
        }
        body.define(
                instruction.value(),
                call("copysign", type, body.typed(instruction.operand(0)) + ", " + number(type, sign)));
    }

    /** To the nearest integer, up if there are two. What is left after the floor is exact where it decides. */
    private void round(Value result, Type type, String x) {
        String floor = body.let(call("floor", type, number(type, x)));
        String rest = body.let("fsub " + number(type, x) + ", " + floor);
        String up = body.let("fcmp oge " + number(type, rest) + ", 0.5");
        String above = body.let("fadd " + number(type, floor) + ", 1.0");
        String rounded = body.let("select i1 " + up + ", " + number(type, above) + ", " + number(type, floor));
        String integer = Element.typeOf(result.type());
        body.define(
                result,
                "call " + integer + " @llvm.fptosi.sat." + integer + "." + suffix(type) + "(" + number(type, rounded)
                        + ")");
    }

    private void bits(Value result, Type type, String x) {
        body.define(result, "bitcast " + number(type, x) + " to " + Element.typeOf(result.type()));
    }

    private void canonicalBits(Value result, Type type, String x) {
        String integer = Element.typeOf(result.type());
        String bits = body.let("bitcast " + number(type, x) + " to " + integer);
        String isNaN = body.let("fcmp uno " + number(type, x) + ", 0.0");
        String canonical = type.equals(Type.DOUBLE)
                ? Long.toString(Double.doubleToLongBits(Double.NaN))
                : Integer.toString(Float.floatToIntBits(Float.NaN));
        body.define(result, "select i1 " + isNaN + ", " + integer + " " + canonical + ", " + integer + " " + bits);
    }

    private void exponent(Value result, Type type, String x) {
        boolean isDouble = type.equals(Type.DOUBLE);
        String integer = isDouble ? "i64" : "i32";
        String bits = body.let("bitcast " + number(type, x) + " to " + integer);
        String high = body.let("lshr " + integer + " " + bits + ", " + (isDouble ? 52 : 23));
        String biased = body.let("and " + integer + " " + high + ", " + (isDouble ? 0x7ff : 0xff));
        if (isDouble) {
            biased = body.let("trunc i64 " + biased + " to i32");
        }
        body.define(result, "sub i32 " + biased + ", " + (isDouble ? 1023 : 127));
    }

    /** The neighbour: one more in the bits away from zero, one less towards it; the last infinity and NaN have none. */
    private void next(Value result, Type type, String x, boolean up) {
        String integer = type.equals(Type.DOUBLE) ? "i64" : "i32";
        String bits = body.let("bitcast " + number(type, x) + " to " + integer);
        String isAway = body.let((up ? "fcmp ogt " : "fcmp olt ") + number(type, x) + ", 0.0");
        String step = body.let("select i1 " + isAway + ", " + integer + " 1, " + integer + " -1");
        String moved = body.let("add " + integer + " " + bits + ", " + step);
        String isZero = body.let("fcmp oeq " + number(type, x) + ", 0.0");
        String ofZero = type.equals(Type.DOUBLE)
                ? Long.toString(up ? 1 : Long.MIN_VALUE + 1)
                : Integer.toString(up ? 1 : Integer.MIN_VALUE + 1);
        String neighbour =
                body.let("select i1 " + isZero + ", " + integer + " " + ofZero + ", " + integer + " " + moved);
        String number = body.let("bitcast " + integer + " " + neighbour + " to " + Element.typeOf(type));
        String infinity = type.equals(Type.DOUBLE)
                ? Body.literal(up ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY)
                : Body.literal(up ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
        String has = body.let((up ? "fcmp olt " : "fcmp ogt ") + number(type, x) + ", " + infinity);
        body.define(result, "select i1 " + has + ", " + number(type, number) + ", " + number(type, x));
    }

    /** A float times a power of two is exact as a double, unless that is out of all bounds. */
    private void scalb(Instruction instruction, Type type, String x) {
        boolean isFloat = type.equals(Type.FLOAT);
        String wide = isFloat ? body.let("fpext float " + x + " to double") : x;
        String scaled = "call double @jacobi.scalb(double " + wide + ", " + body.typed(instruction.operand(1)) + ")";
        body.define(instruction.value(), isFloat ? "fptrunc double " + body.let(scaled) + " to float" : scaled);
    }

    /** The JDK's class for a function, inside {@code java.lang.FdLibm}. */
    private static Optional<String> implementation(MathFunction function) {
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

    private void library(Instruction instruction) {
        MathFunction function = instruction.math().function();
        if (calls.options().vectorMath()
                && !instruction.math().strict()
                && instruction.value().type().equals(Type.DOUBLE)) {
            Optional<String> fast = VectorMath.scalar(function);
            if (function == MathFunction.TANH && VectorMath.hasOwnTanh()) {
                // The library's own for four numbers takes four times as long as for one.
                VectorMath.scalar(MathFunction.EXPM1).ifPresent(calls::declareVectorMath);
                body.define(
                        instruction.value(), "call double @jacobi.tanh(" + body.typed(instruction.operand(0)) + ")");
                return;
            }
            if (fast.isPresent()) {
                calls.declareVectorMath(fast.get());
                body.define(
                        instruction.value(),
                        "call double @" + fast.get() + "(" + body.typed(instruction.operand(0))
                                + ") nounwind willreturn memory(none) " + VectorMath.attribute(fast.get()));
                return;
            }
        }
        String name = implementation(function).orElseThrow(() -> body.refuse(instruction));
        if (!instruction.math().strict() && !calls.options().strictMath() && function != MathFunction.IEEE_REMAINDER) {
            throw body.refuse(
                    "calls Math." + function.methodName()
                            + ", whose bits on the JVM are HotSpot's own; StrictMath's are allowed by NativeOptions.strictMath",
                    instruction.position());
        }
        calls.call(instruction, calls.strictMath(name, function.operandCount()));
    }
}
