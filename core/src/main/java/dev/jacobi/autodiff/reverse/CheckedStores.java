package dev.jacobi.autodiff.reverse;

import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.ContainerCall;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ShadowRequirements;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;

/**
 * Lets the forward sweep stop where what carries a derivative is stored into memory that may have no shadow, and has none when the store runs. Analysis has
 * refused the stores of which it is certain before.
 */
final class CheckedStores {
    private final ActivityAnalysis activity;

    CheckedStores(ActivityAnalysis activity) {
        this.activity = activity;
    }

    /** Emits the check that belongs to an instruction, if any. */
    void check(Instruction instruction, Shadows shadows, Emitter emitter) {
        switch (instruction.opCode()) {
            case ARRAY_STORE, PUT_FIELD ->
                check(instruction.operand(0), instruction.operands().getLast(), shadows, emitter);
            case INVOKE_STATIC, INVOKE_VIRTUAL, INVOKE_INTERFACE, INVOKE_SPECIAL ->
                KnownCall.of(instruction).ifPresent(call -> check(instruction, call, shadows, emitter));
            default -> {}
        }
    }

    private void check(Instruction instruction, KnownCall call, Shadows shadows, Emitter emitter) {
        switch (call) {
            case ARRAY_COPY -> check(instruction.operand(2), instruction.operand(0), shadows, emitter);
            case FILL, FILL_RANGE ->
                check(instruction.operand(0), instruction.operands().getLast(), shadows, emitter);
            case CONTAINER -> {
                ContainerCall row = ContainerCall.of(instruction).orElseThrow();
                if (row.hasReceiver(instruction) && row.result() != ContainerCall.Result.CONSTRUCTED) {
                    row.storedOperands(instruction)
                            .forEach(stored -> check(instruction.operand(0), stored, shadows, emitter));
                }
            }
            default -> {}
        }
    }

    private void check(Value memory, Value stored, Shadows shadows, Emitter emitter) {
        if (!activity.mustHaveShadow(memory)) {
            return;
        }
        if (activity.isVaried(stored)) {
            ShadowRequirements.requireForNumber(emitter, activity, memory, shadows.orNull(memory, emitter));
        } else if (shadows.has(stored)) {
            ShadowRequirements.requireFor(
                    emitter, activity, shadows.orNull(memory, emitter), shadows.of(stored));
        }
    }
}
