package dev.jacobi.llvm.device;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.llvm.text.CodeWriter;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.ElementaryMathText;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes mathematical functions for a device: as instructions where these give Java's bits on all devices, else by the JDK's own bytecode. So {@code Math.sin} gives the bits of
 * {@code StrictMath.sin}.
 */
final class DeviceMathText extends ElementaryMathText {
    private final DeviceCode code;
    private final DeviceCallText calls;

    DeviceMathText(DeviceCode code, DeviceCallText calls) {
        super(code);
        this.code = code;
        this.calls = calls;
    }

    /** By comparisons, since not all back ends order zeros or keep NaN: of two zeros the least is that of all bits, the greatest that of common ones. */
    @Override
    protected void extreme(Instruction instruction) {
        boolean isMinimum = instruction.math().function() == MathFunction.MIN;
        Type type = instruction.value().type();
        String number = Element.typeOf(type);
        String integer = type.equals(Type.FLOAT) ? "i32" : "i64";
        String first = code.text(instruction.operand(0));
        String second = code.text(instruction.operand(1));
        String isFirst = code.let("fcmp " + (isMinimum ? "olt " : "ogt ") + number + " " + first + ", " + second);
        String chosen = code.let("select i1 " + isFirst + ", " + number + " " + first + ", " + number + " " + second);
        String firstBits = code.let("bitcast " + number + " " + first + " to " + integer);
        String secondBits = code.let("bitcast " + number + " " + second + " to " + integer);
        String bits = code.let((isMinimum ? "or " : "and ") + integer + " " + firstBits + ", " + secondBits);
        String both = code.let("bitcast " + integer + " " + bits + " to " + number);
        String areEqual = code.let("fcmp oeq " + number + " " + first + ", " + second);
        String ordered = code.let("select i1 " + areEqual + ", " + number + " " + both + ", " + number + " " + chosen);
        String isNaN = code.let("fcmp uno " + number + " " + first + ", 0.0");
        code.define(
                instruction.value(),
                "select i1 " + isNaN + ", " + number + " " + first + ", " + number + " " + ordered);
    }

    @Override
    protected void library(Instruction instruction) {
        Type type = instruction.value().type();
        switch (instruction.math().function()) {
            case ULP -> ulp(instruction, type);
            case NEXT_AFTER -> nextAfter(instruction, type);
            default -> {
                String name = implementation(instruction.math().function()).orElseThrow(() -> code.refuse(instruction));
                MethodReference method = new MethodReference(
                        ClassDesc.of("java.lang.FdLibm$" + name),
                        "compute",
                        MethodTypeDesc.of(
                                type.descriptor(),
                                instruction.operands().stream()
                                        .map(operand -> operand.type().descriptor())
                                        .toList()),
                        false);
                calls.define(instruction, method);
            }
        }
    }

    /** The distance to the next number away from zero; the greatest has none, and infinity stays. */
    private void ulp(Instruction instruction, Type type) {
        boolean isFloat = type.equals(Type.FLOAT);
        String number = Element.typeOf(type);
        String integer = isFloat ? "i32" : "i64";
        String size = code.let(call("fabs", type, code.typed(instruction.operand(0))));
        String bits = code.let("bitcast " + number + " " + size + " to " + integer);
        String next = code.let(
                "bitcast " + integer + " " + code.let("add " + integer + " " + bits + ", 1") + " to " + number);
        String step = code.let("fsub " + number + " " + next + ", " + size);
        String greatest = isFloat ? CodeWriter.literal(Float.MAX_VALUE) : CodeWriter.literal(Double.MAX_VALUE);
        String lastStep = isFloat
                ? CodeWriter.literal(Math.ulp(Float.MAX_VALUE))
                : CodeWriter.literal(Math.ulp(Double.MAX_VALUE));
        String isGreatest = code.let("fcmp oeq " + number + " " + size + ", " + greatest);
        String finite =
                code.let("select i1 " + isGreatest + ", " + number + " " + lastStep + ", " + number + " " + step);
        String isInfinite = code.let("fcmp ogt " + number + " " + size + ", " + greatest);
        code.define(
                instruction.value(),
                "select i1 " + isInfinite + ", " + number + " " + size + ", " + number + " " + finite);
    }

    /** The neighbour towards a double; that itself if both are equal, zeros too. */
    private void nextAfter(Instruction instruction, Type type) {
        boolean isFloat = type.equals(Type.FLOAT);
        String number = Element.typeOf(type);
        String start = code.text(instruction.operand(0));
        String direction = code.text(instruction.operand(1));
        String wide = isFloat ? code.let("fpext float " + start + " to double") : start;
        String isUp = code.let("fcmp olt double " + wide + ", " + direction);
        String isDown = code.let("fcmp ogt double " + wide + ", " + direction);
        String up = code.let(next(type, start, true));
        String down = code.let(next(type, start, false));
        String end = isFloat ? code.let("fptrunc double " + direction + " to float") : direction;
        String isEqual = code.let("fcmp oeq double " + wide + ", " + direction);
        String nothing = code.let("fadd " + number + " " + start + ", " + end);
        String other = code.let("select i1 " + isEqual + ", " + number + " " + end + ", " + number + " " + nothing);
        String lower = code.let("select i1 " + isDown + ", " + number + " " + down + ", " + number + " " + other);
        code.define(instruction.value(), "select i1 " + isUp + ", " + number + " " + up + ", " + number + " " + lower);
    }
}
