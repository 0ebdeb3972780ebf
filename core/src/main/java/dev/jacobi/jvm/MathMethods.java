package dev.jacobi.jvm;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.References.MathCall;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The method of the JDK that computes a {@link MathFunction}. */
final class MathMethods {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final ClassDesc STRICT_MATH = ClassDesc.of("java.lang.StrictMath");
    private static final Set<MethodReference> KNOWN = new HashSet<>();

    static {
        for (Class<?> owner : new Class<?>[] {Math.class, StrictMath.class, Double.class, Float.class}) {
            for (Method method : owner.getMethods()) {
                ClassDesc[] parameters = new ClassDesc[method.getParameterCount()];
                for (int i = 0; i < parameters.length; i++) {
                    parameters[i] =
                            method.getParameterTypes()[i].describeConstable().orElseThrow();
                }
                ClassDesc result = method.getReturnType().describeConstable().orElseThrow();
                KNOWN.add(new MethodReference(
                        owner.describeConstable().orElseThrow(),
                        method.getName(),
                        MethodTypeDesc.of(result, parameters),
                        false));
            }
        }
    }

    private MathMethods() {}

    static MethodReference of(Instruction instruction) {
        MathCall call = instruction.math();
        boolean isDouble = instruction.operand(0).type().slots() == 2;
        List<ClassDesc> operands = new ArrayList<>();
        for (Value operand : instruction.operands()) {
            operands.add(operand.type().descriptor());
        }
        MethodTypeDesc type = MethodTypeDesc.of(
                call.function().resultType(instruction.operands()).descriptor(), operands);
        MethodReference method = switch (call.function()) {
            case RAW_BITS -> bits(isDouble, "doubleToRawLongBits", "floatToRawIntBits", type);
            case CANONICAL_BITS -> bits(isDouble, "doubleToLongBits", "floatToIntBits", type);
            case FROM_BITS -> bits(isDouble, "longBitsToDouble", "intBitsToFloat", type);
            default ->
                new MethodReference(
                        call.strict() ? STRICT_MATH : MATH, call.function().methodName(), type, false);
        };
        if (!KNOWN.contains(method)) {
            throw new JacobiException(
                    Refusal.INTERNAL,
                    "cannot emit " + method + ": there is no such method",
                    instruction.position() == null
                            ? null
                            : instruction.position().toString());
        }
        return method;
    }

    private static MethodReference bits(boolean isDouble, String forDouble, String forFloat, MethodTypeDesc type) {
        return isDouble
                ? new MethodReference(ConstantDescs.CD_Double, forDouble, type, false)
                : new MethodReference(ConstantDescs.CD_Float, forFloat, type, false);
    }
}
