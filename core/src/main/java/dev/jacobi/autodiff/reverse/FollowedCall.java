package dev.jacobi.autodiff.reverse;

import dev.jacobi.Activity;
import dev.jacobi.Refusal;
import dev.jacobi.autodiff.ActivityAnalysis;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.Callees;
import dev.jacobi.autodiff.Callees.ReversePair;
import dev.jacobi.autodiff.CaughtCalls;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A call in whose place the derivative of the method is called: its augmented primal forwards, the other function of the pair backwards. */
record FollowedCall(CallSignature signature, ReversePair pair) {

    /**
     * All such calls of a function.
     *
     * @param stays whether a value is an array at hand in the reverse sweep, whose numbers are the same then
     */
    static Map<Instruction, FollowedCall> all(
            Function function, ActivityAnalysis activity, Shadows shadows, Callees callees, Predicate<Value> stays) {
        Map<Instruction, FollowedCall> calls = new LinkedHashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (activity.isFollowed(instruction)) {
                    refuseCaught(instruction, activity, callees);
                    calls.put(instruction, of(instruction, activity, shadows, callees, stays));
                }
            }
        }
        return calls;
    }

    private static FollowedCall of(
            Instruction call, ActivityAnalysis activity, Shadows shadows, Callees callees, Predicate<Value> stays) {
        List<Activity> activities = new ArrayList<>();
        for (Value operand : call.operands()) {
            activities.add(
                    activity.isVaried(operand)
                            ? Activity.ACTIVE
                            : shadows.has(operand) ? Activity.DUPLICATED : Activity.CONST);
        }
        CallSignature signature =
                CallSignature.of(call, activities, activity, 1, false).staying(staying(call, stays));
        ReversePair pair = callees.reverse(call, signature).orElseThrow(() -> activity.unfollowed(call));
        return new FollowedCall(signature, pair);
    }

    private static Set<Integer> staying(Instruction call, Predicate<Value> stays) {
        Set<Integer> staying = new HashSet<>();
        for (int index = 0;
                call.opCode() != OpCode.INVOKE_FUNCTION
                        && index < call.operands().size();
                index++) {
            if (stays.test(call.operand(index))) {
                staying.add(index);
            }
        }
        return staying;
    }

    /** What a method has stored before it threw cannot be undone by a reverse sweep that never ran forwards to its end. */
    private static void refuseCaught(Instruction call, ActivityAnalysis activity, Callees callees) {
        if (CaughtCalls.isCaught(call, activity::mayReturn)
                && CaughtCalls.losesStores(call, activity, callees, false)) {
            throw Refusals.refuse(
                    Refusal.UNSUPPORTED_CALL,
                    activity.function(),
                    "it catches exceptions of " + CaughtCalls.callee(call)
                            + ", which is not inlined and may have stored numbers that vary before",
                    call.position());
        }
    }

    /** Whether an exception of one of the calls is caught, after which the function returns. */
    static boolean anyCaught(Map<Instruction, FollowedCall> calls, ActivityAnalysis activity) {
        for (Instruction call : calls.keySet()) {
            if (CaughtCalls.isCaught(call, activity::mayReturn)) {
                return true;
            }
        }
        return false;
    }
}
