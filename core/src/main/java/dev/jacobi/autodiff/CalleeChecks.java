package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the caller's derivative relies on when the call of a method was not inlined: arrays that may carry derivatives come back with their
 * shadows, and arrays with shadows hold nothing but such.
 */
public final class CalleeChecks {
    private CalleeChecks() {}

    /** Thrown where only the assumption that objects have shadows is wrong. */
    public static final class ObjectWithoutShadowException extends JacobiException {
        private static final long serialVersionUID = 1;

        ObjectWithoutShadowException(JacobiException refusal) {
            super(
                    refusal.refusal(),
                    String.valueOf(refusal.getMessage()).lines().findFirst().orElse(""),
                    refusal.where().orElse(null));
        }
    }

    /** Refuses a method of which that is not certain. */
    public static void run(ActivityAnalysis activity, Callees callees) {
        for (Block block : activity.blocks()) {
            for (Instruction instruction : block.instructions()) {
                boolean store = instruction.opCode() == OpCode.ARRAY_STORE || instruction.opCode() == OpCode.PUT_FIELD;
                // The stacks take references without shadows as well.
                if (store
                        && !activity.isOfStacks(instruction.operand(0))
                        && activity.hasShadow(instruction.operand(0))
                        && activity.outlives(instruction.operand(0))) {
                    Type holder = instruction.operand(0).type();
                    check(
                            instruction.operands().getLast(),
                            holder,
                            "it stores",
                            activity,
                            callees,
                            instruction.position());
                }
            }
            if (block.terminator() instanceof Return(Value result, var position) && result != null) {
                check(result, result.type(), "it returns", activity, callees, position);
            }
        }
    }

    private static void check(
            Value reference,
            Type holder,
            String what,
            ActivityAnalysis activity,
            Callees callees,
            @Nullable SourcePosition position) {
        if (!reference.type().isReference()
                || !activity.mayLackShadow(reference)
                || activity.isCheckedWhenRun(reference)) {
            return;
        }
        if (DerivativeRequest.carriesDerivative(holder)) {
            throw refusal(activity, what, position);
        }
        if (!callees.objectsMayLackShadows()) {
            throw new ObjectWithoutShadowException(refusal(activity, what, position));
        }
    }

    private static JacobiException refusal(ActivityAnalysis activity, String what, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.UNSUPPORTED_CALL,
                "cannot differentiate " + activity.function().signature() + " as a call that is not inlined: " + what
                        + " an array or object that may have no shadow",
                position == null ? null : position.toString());
    }
}
