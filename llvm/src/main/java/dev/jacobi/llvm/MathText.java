package dev.jacobi.llvm;

import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.MathFunction;
import dev.jacobi.ir.Type;
import dev.jacobi.llvm.text.Element;
import dev.jacobi.llvm.text.ElementaryMathText;
import java.util.Optional;

/**
 * Writes mathematical functions: as instructions where these give Java's bits, else by the JDK's own code for {@code StrictMath}.
 *
 * <p>Not handled: {@code ulp}, {@code nextAfter}.
 */
final class MathText extends ElementaryMathText {
    private final Body body;
    private final CallText calls;
    private final RunningExtremes running;

    MathText(Body body, CallText calls, RunningExtremes running) {
        super(body);
        this.body = body;
        this.calls = calls;
        this.running = running;
    }

    @Override
    protected void extreme(Instruction instruction) {
        boolean isMinimum = instruction.math().function() == MathFunction.MIN;
        String name = isMinimum ? "minimum" : "maximum";
        // How the first operand compares with the second if it is the result.
        String first = isMinimum ? "olt" : "ogt";
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

    @Override
    protected void library(Instruction instruction) {
        MathFunction function = instruction.math().function();
        if (calls.options().vectorMath()
                && !instruction.math().strict()
                && instruction.value().type().equals(Type.DOUBLE)) {
            VectorMath vectorMath = calls.vectorMath();
            Optional<String> fast = vectorMath.scalar(function);
            if (function == MathFunction.TANH && vectorMath.hasOwnTanh()) {
                // The library's own for four numbers takes four times as long as for one.
                vectorMath.scalar(MathFunction.EXPM1).ifPresent(calls::declareVectorMath);
                body.define(
                        instruction.value(), "call double @jacobi.tanh(" + body.typed(instruction.operand(0)) + ")");
                return;
            }
            if (fast.isPresent()) {
                calls.declareVectorMath(fast.get());
                body.define(
                        instruction.value(),
                        "call double @" + fast.get() + "(" + body.typed(instruction.operand(0))
                                + ") nounwind willreturn memory(none) " + vectorMath.attribute(fast.get()));
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
