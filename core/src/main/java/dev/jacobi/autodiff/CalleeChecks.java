package dev.jacobi.autodiff;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the caller's derivative relies on when the call of a method was not inlined: what may carry derivatives comes back with its shadow, and memory with
 * shadows holds nothing but such. Where {@link Callees#memoryMayLackShadows} the caller tests for null instead.
 */
public final class CalleeChecks {
    private CalleeChecks() {}

    /** Thrown where only the assumption that memory has shadows is wrong. */
    public static final class MissingShadowException extends JacobiException {
        private static final long serialVersionUID = 1;

        MissingShadowException(JacobiException refusal) {
            super(
                    refusal.refusal(),
                    String.valueOf(refusal.getMessage()).lines().findFirst().orElse(""),
                    refusal.where().orElse(null));
        }
    }

    /** Refuses a method of which that is not certain. */
    public static void run(ActivityAnalysis activity, Callees callees) {
        if (callees.memoryMayLackShadows()) {
            return;
        }
        for (Block block : activity.blocks()) {
            for (Instruction instruction : block.instructions()) {
                switch (instruction.opCode()) {
                    case ARRAY_STORE, PUT_FIELD -> {
                        if (isShared(instruction.operand(0), activity)) {
                            check(instruction.operands().getLast(), "it stores", activity, instruction.position());
                        }
                    }
                    default -> checkCall(instruction, activity);
                }
            }
            if (block.terminator() instanceof Return(Value result, var position) && result != null) {
                check(result, "it returns", activity, position);
            }
        }
    }

    private static void checkCall(Instruction instruction, ActivityAnalysis activity) {
        Optional<KnownCall> call = KnownCall.of(instruction);
        int memory = call.equals(Optional.of(KnownCall.ARRAY_COPY))
                ? 2
                : call.equals(Optional.of(KnownCall.CONTAINER))
                                && !instruction.operands().isEmpty()
                        ? 0
                        : -1;
        if (memory >= 0
                && isShared(instruction.operand(memory), activity)
                && activity.holdsConstant(instruction.operand(memory))) {
            throw new MissingShadowException(refusal(activity, "it stores", instruction.position()));
        }
    }

    /** Whether the caller may get at the memory and takes it for such as has shadows. The stacks take references without shadows as well. */
    private static boolean isShared(Value memory, ActivityAnalysis activity) {
        return !activity.isOfStacks(memory) && activity.hasShadow(memory) && activity.outlives(memory);
    }

    private static void check(
            Value reference, String what, ActivityAnalysis activity, @Nullable SourcePosition position) {
        // Derivatives that are differentiated again find out when they run.
        boolean foundOut = Regions.isOfDerivative(activity.function()) && activity.isCheckedWhenRun(reference);
        if (reference.type().isReference() && activity.mayLackShadow(reference) && !foundOut) {
            throw new MissingShadowException(refusal(activity, what, position));
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
