package dev.jacobi.autodiff;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.lift.MathCalls;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Libraries with their own versions of the functions of {@code java.lang.Math}. They work on the bits of numbers, by tables and in several
 * parts, so their code says nothing about derivatives. Their calls stay, which keeps the value, and have the rules of
 * {@link ScalarRules} under the same name.
 */
public final class KnownFunctions {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");

    private static final Set<ClassDesc> LIBRARIES = Set.of(
            ClassDesc.of("org.apache.commons.math.util.FastMath"),
            ClassDesc.of("org.apache.commons.math3.util.FastMath"),
            ClassDesc.of("org.apache.commons.math4.core.jdkmath.AccurateMath"),
            ClassDesc.of("org.hipparchus.util.FastMath"),
            ClassDesc.of("net.jafama.FastMath"),
            ClassDesc.of("net.jafama.StrictFastMath"));

    /** What {@code java.lang.Math} does not have. */
    private static final Map<String, ScalarRule> MORE = Map.of(
            "pow(DI)D", power("int power"),
            "pow(DJ)D", power("long power"),
            "asinh(D)D", ScalarRule.of("asinh", "x", "d / hypot(x, 1)"),
            "acosh(D)D", ScalarRule.of("acosh", "x", "d / (sqrt(x - 1) * sqrt(x + 1))"),
            "atanh(D)D", ScalarRule.of("atanh", "x", "d / ((1 - x) * (1 + x))"));

    /** No class has it: code that is emitted does not call it. */
    private static final ClassDesc EXTREMES = ClassDesc.of("dev.jacobi.autodiff.Extremes");

    private static final ScalarRule EXTREME = ScalarRule.of("extreme", "x, extreme", "d", "0");

    private KnownFunctions() {}

    /**
     * A function of an element of an array and the greatest or smallest of its elements, which that is, or equals: its value is the latter, its derivative that of the former. For use while a derivative is made.
     */
    public static MethodReference extremeOf(Type type) {
        ClassDesc number = type.descriptor();
        return new MethodReference(EXTREMES, "of", MethodTypeDesc.of(number, number, number), false);
    }

    /** Whether a method is {@link #extremeOf}. */
    public static boolean isExtreme(MethodReference method) {
        return method.owner().equals(EXTREMES);
    }

    private static ScalarRule power(String name) {
        return ScalarRule.of(name, "x, n", "real(n) == 0 ? 0 : d * (real(n) * pow(x, real(n) - 1))", "0");
    }

    /** The rule of a static method, or empty if it is none of these. */
    static Optional<ScalarRule> rule(MethodReference method) {
        if (isExtreme(method)) {
            return Optional.of(EXTREME);
        }
        if (!LIBRARIES.contains(method.owner())
                || !Type.of(firstParameter(method)).isFloatingPoint()) {
            return Optional.empty();
        }
        MathCall same = MathCalls.of(new MethodReference(MATH, method.name(), method.type(), false));
        return same != null
                ? Optional.of(ScalarRules.of(same.function()))
                : Optional.ofNullable(MORE.get(method.name() + method.type().descriptorString()));
    }

    private static ClassDesc firstParameter(MethodReference method) {
        return method.type().parameterCount() == 0
                ? method.type().returnType()
                : method.type().parameterType(0);
    }

    /** Whether a rule is known for a static method, so that its call is left alone. */
    public static boolean isKnown(MethodReference method) {
        return rule(method).isPresent();
    }

    /**
     * What to differentiate in the place of a method that was lifted: a function that calls it, if the method is one of these or of
     * {@code java.lang.Math}; the method's own code otherwise.
     */
    public static Function insteadOf(Function lifted) {
        MethodReference method = lifted.origin();
        if (method == null) {
            return lifted;
        }
        MathCall operation = MathCalls.of(method);
        if (operation == null && !isKnown(method)) {
            return lifted;
        }
        Function calling = new Function(lifted.name(), method, lifted.returnType());
        Block block = calling.newBlock();
        for (Value parameter : lifted.parameters()) {
            block.addParameter(parameter.type());
        }
        List<Value> operands = block.parameters();
        Value result = operation != null
                ? block.append(OpCode.MATH, operation, operands, null).value()
                : block.append(OpCode.INVOKE_STATIC, method, operands, null).value();
        block.setTerminator(new Return(result, null));
        return calling;
    }
}
