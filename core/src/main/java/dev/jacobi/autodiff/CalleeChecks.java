package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the caller's derivative relies on when the call of a method was not inlined: arrays that may carry derivatives come back with their
 * shadows, and arrays with shadows hold nothing but such.
 */
public final class CalleeChecks {
    private CalleeChecks() {}

    /** Refuses a method of which that is not certain. */
    public static void run(ActivityAnalysis activity) {
        for (Block block : activity.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.ARRAY_STORE
                        && instruction.operand(2).type().isReference()
                        && activity.hasShadow(instruction.operand(0))
                        && activity.outlives(instruction.operand(0))
                        && activity.mayLackShadow(instruction.operand(2))) {
                    throw refusal(activity, "it stores", "into one that has a shadow", instruction.position());
                }
            }
            if (block.terminator() instanceof Return(Value result, var position)
                    && result != null
                    && DerivativeRequest.carriesDerivative(result.type())
                    && result.type().isReference()
                    && activity.mayLackShadow(result)) {
                throw refusal(activity, "it returns", "from a call that is not inlined", position);
            }
        }
    }

    private static JacobiException refusal(
            ActivityAnalysis activity, String what, String where, @Nullable SourcePosition position) {
        return new JacobiException(
                Refusal.UNSUPPORTED_CALL,
                "cannot differentiate " + activity.function().signature() + ": " + what
                        + " an array that may have no shadow " + where,
                position == null ? null : position.toString());
    }
}
