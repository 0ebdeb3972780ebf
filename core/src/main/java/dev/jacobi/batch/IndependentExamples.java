package dev.jacobi.batch;

import dev.jacobi.Axis;
import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.Origins;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.RepeatableCalls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses functions whose examples cannot run at the same time: those that write anything but what they have made themselves and the arrays of numbers that each example has of its own,
 * take locks, or make calls that are not known.
 */
public final class IndependentExamples {
    private static final Set<KnownCall> COPIES =
            Set.of(KnownCall.CLONE, KnownCall.COPY_OF, KnownCall.COPY_OF_RANGE, KnownCall.BOX, KnownCall.UNBOX);

    private final Function function;
    private final List<Axis> axes;
    private final Origins origins;

    private IndependentExamples(Function function, List<Axis> axes) {
        this.function = function;
        this.axes = axes;
        origins = Origins.of(function);
    }

    /** @param axes those of the function's own parameters */
    public static void require(String display, Function function, List<Axis> axes) {
        IndependentExamples examples = new IndependentExamples(function, axes);
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                String obstacle = instruction.isNote() ? null : examples.obstacle(instruction);
                if (obstacle != null) {
                    SourcePosition position = instruction.position();
                    throw new JacobiException(
                            Refusal.NOT_PARALLEL,
                            "cannot run examples of " + display + " at the same time: " + obstacle,
                            position == null ? null : position.toString());
                }
            }
        }
    }

    private @Nullable String obstacle(Instruction instruction) {
        return switch (instruction.opCode()) {
            case PUT_STATIC ->
                "it writes the static field " + instruction.field().signature();
            case PUT_FIELD, ARRAY_STORE ->
                isOwn(instruction.operand(0)) ? null : "it may write what other examples see";
            case MONITOR_ENTER, MONITOR_EXIT -> "it takes a lock";
            default -> instruction.opCode().isCall() ? obstacleToCall(instruction) : null;
        };
    }

    private @Nullable String obstacleToCall(Instruction call) {
        KnownCall known = KnownCall.of(call).orElse(null);
        if (known != null && COPIES.contains(known)
                || known == KnownCall.ARRAY_COPY && isOwn(call.operand(2))
                || (known == KnownCall.FILL || known == KnownCall.FILL_RANGE) && isOwn(call.operand(0))
                || RepeatableCalls.is(call)
                || makesPlatformException(call)) {
            return null;
        }
        return "it makes a call"
                + (call.opCode() == OpCode.INVOKE_DYNAMIC || call.opCode() == OpCode.INVOKE_FUNCTION
                        ? ""
                        : " of " + call.method().signature());
    }

    private static boolean makesPlatformException(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_SPECIAL || !call.method().name().equals("<init>")) {
            return false;
        }
        String owner = call.method().owner().descriptorString();
        return owner.startsWith("Ljava/lang/") && (owner.endsWith("Exception;") || owner.endsWith("Error;"));
    }

    /** Whether memory is the example's own: made here, or an array of numbers that it was given. */
    private boolean isOwn(Value memory) {
        return origins.isComplete(memory)
                && origins.of(memory).stream()
                        .allMatch(origin -> origin.isResultOf(OpCode.NEW)
                                || origin.isResultOf(OpCode.NEW_ARRAY)
                                || origin.isResultOf(OpCode.NEW_MULTI_ARRAY)
                                || isOwnArgument(origin));
    }

    private boolean isOwnArgument(Value origin) {
        int index = function.parameters().indexOf(origin);
        return index >= 0 && axes.get(index) == Axis.EACH && isOfNumbers(origin.type());
    }

    private static boolean isOfNumbers(Type type) {
        return type.isArray() && type.descriptor().componentType().isPrimitive();
    }
}
