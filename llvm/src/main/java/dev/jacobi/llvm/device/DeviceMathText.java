package dev.jacobi.llvm.device;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.text.ElementaryMathText;
import dev.jacobi.llvm.text.Element;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;

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
    protected void scalb(Instruction instruction) {
        library(instruction);
    }

    @Override
    protected void library(Instruction instruction) {
        MathFunction function = instruction.math().function();
        Type result = instruction.value().type();
        MethodTypeDesc type = MethodTypeDesc.of(
                result.descriptor(),
                instruction.operands().stream()
                        .map(operand -> operand.type().descriptor())
                        .toList());
        Optional<String> implementation = implementation(function);
        MethodReference method = implementation
                .map(name -> new MethodReference(ClassDesc.of("java.lang.FdLibm$" + name), "compute", type, false))
                .orElseGet(() -> new MethodReference(ClassDesc.of("java.lang.Math"), function.methodName(), type, false));
        List<String> arguments = instruction.operands().stream().map(code::typed).toList();
        String called = calls.call(method, arguments, instruction.position());
        String number = Element.typeOf(result);
        code.define(instruction.value(), "select i1 true, " + number + " " + called + ", " + number + " " + called);
    }
}
