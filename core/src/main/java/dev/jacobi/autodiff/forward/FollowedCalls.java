package dev.jacobi.autodiff.forward;

import dev.jacobi.Activity;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.CaughtCalls;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Calls that were not inlined: the derivative of the method is called in its place, and gives value and tangent. */
final class FollowedCalls {
    private final ActivityAnalysis activity;
    private final Tangents tangents;
    private final Callees callees;
    private final Supplier<Value> stacks;

    FollowedCalls(ActivityAnalysis activity, Tangents tangents, Callees callees, Supplier<Value> stacks) {
        this.activity = activity;
        this.tangents = tangents;
        this.callees = callees;
        this.stacks = stacks;
    }

    /** Where a method will throw for certain nothing in it has tangents, so it must not write there if someone goes on after that. */
    private void refuseCaught(Instruction call) {
        if (CaughtCalls.isCaught(call, activity::mayReturn) && CaughtCalls.losesStores(call, activity, callees, true)) {
            throw new JacobiException(
                    Refusal.UNSUPPORTED_CALL,
                    "cannot differentiate " + activity.function().signature() + ": it catches exceptions of "
                            + CaughtCalls.callee(call)
                            + ", which is not inlined and may have stored numbers that vary before",
                    call.position() == null ? null : call.position().toString());
        }
    }

    void call(Instruction call) {
        refuseCaught(call);
        List<Activity> activities = new ArrayList<>();
        List<Value> operands = new ArrayList<>(List.of(stacks.get()));
        for (Value operand : call.operands()) {
            boolean active = activity.isVaried(operand) || activity.hasShadow(operand);
            activities.add(active ? Activity.DUAL : Activity.CONST);
            operands.add(tangents.primal(operand));
            if (active) {
                tangents.inEachLane(operand.type(), () -> operands.add(tangents.of(operand)));
            }
        }
        CallSignature signature = CallSignature.of(
                call, activities, activity, tangents.width(), tangents.layout().packed());
        Function forward = callees.forward(call, signature).orElseThrow(() -> activity.unfollowed(call));
        Instruction made = tangents.emitter(call.position()).emit(OpCode.INVOKE_FUNCTION, forward, operands);
        if (call.result() != null) {
            tangents.setPrimal(call.value(), made.value());
        }
    }

    /** Reads the tangent or shadow of the result directly after the call. */
    void takeTangent(Instruction call, int lane) {
        if (call.result() == null) {
            return;
        }
        Value result = call.value();
        Emitter emitter = tangents.emitter(call.position());
        if (activity.isActive(result)) {
            tangents.set(result, CallSignature.number(emitter, stacks.get(), lane, result.type()));
        } else if (activity.hasShadow(result)) {
            tangents.set(result, CallSignature.shadow(emitter, stacks.get(), lane, result.type()));
        }
    }
}
