package dev.jacobi.lift;

import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of static methods that become operations: those of {@code Math} and {@code StrictMath} that are in {@link MathFunction},
 * and the bits of floating-point numbers.
 *
 * <p>Not here are {@code nextAfter(float, double)}, whose operands have two types, and all that throw ({@code addExact}, ...): they
 * stay calls.
 */
public final class MathCalls {
    /** By owner, name and type: {@code Ljava/lang/Math;sin(D)D}. */
    private static final Map<String, MathCall> TABLE = new HashMap<>();

    static {
        for (MathFunction function : MathFunction.values()) {
            for (String descriptor : descriptors(function)) {
                String method = function.methodName() + descriptor;
                TABLE.put("Ljava/lang/Math;" + method, new MathCall(function, false));
                TABLE.put("Ljava/lang/StrictMath;" + method, new MathCall(function, true));
            }
        }
        bits("Ljava/lang/Double;", "doubleToRawLongBits", "(D)J", MathFunction.RAW_BITS);
        bits("Ljava/lang/Double;", "doubleToLongBits", "(D)J", MathFunction.CANONICAL_BITS);
        bits("Ljava/lang/Double;", "longBitsToDouble", "(J)D", MathFunction.FROM_BITS);
        bits("Ljava/lang/Float;", "floatToRawIntBits", "(F)I", MathFunction.RAW_BITS);
        bits("Ljava/lang/Float;", "floatToIntBits", "(F)I", MathFunction.CANONICAL_BITS);
        bits("Ljava/lang/Float;", "intBitsToFloat", "(I)F", MathFunction.FROM_BITS);
    }

    private MathCalls() {}

    private static void bits(String owner, String name, String descriptor, MathFunction function) {
        TABLE.put(owner + name + descriptor, new MathCall(function, false));
    }

    private static String[] descriptors(MathFunction function) {
        return switch (function) {
            case ABS -> new String[] {"(D)D", "(F)F", "(I)I", "(J)J"};
            case MIN, MAX -> new String[] {"(DD)D", "(FF)F", "(II)I", "(JJ)J"};
            case FMA -> new String[] {"(DDD)D", "(FFF)F"};
            case COPY_SIGN -> new String[] {"(DD)D", "(FF)F"};
            case SIGNUM, ULP, NEXT_UP, NEXT_DOWN -> new String[] {"(D)D", "(F)F"};
            case ROUND -> new String[] {"(D)J", "(F)I"};
            case GET_EXPONENT -> new String[] {"(D)I", "(F)I"};
            case SCALB -> new String[] {"(DI)D", "(FI)F"};
            case RAW_BITS, CANONICAL_BITS, FROM_BITS -> new String[] {};
            default -> new String[] {"(" + "D".repeat(function.operandCount()) + ")D"};
        };
    }

    /** The operation that a static call is, or null if it stays a call. */
    public static @Nullable MathCall of(MethodReference method) {
        return TABLE.get(method.owner().descriptorString()
                + method.name()
                + method.type().descriptorString());
    }
}
