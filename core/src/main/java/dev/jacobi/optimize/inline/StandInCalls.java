package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.ShadowLayout;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which calls of the JDK's methods are replaced by calls of {@link StandIns}. */
final class StandInCalls {
    private static final ClassDesc COLLECTOR =
            Collector.class.describeConstable().orElseThrow();

    private final MethodResolution resolution;
    private final Receivers receivers;
    private final boolean reordering;

    /** @param reordering whether parallel operations need not have the bits of the JDK's */
    StandInCalls(MethodResolution resolution, Receivers receivers, boolean reordering) {
        this.resolution = resolution;
        this.receivers = receivers;
        this.reordering = reordering;
    }

    /** The method of ours that does what the call does, where the host can see it and what is passed may carry derivatives. */
    @Nullable
    MethodReference of(Instruction call) {
        Executable resolved = resolution.resolve(call.method()).orElse(null);
        if (resolved == null || call.opCode() == OpCode.INVOKE_SPECIAL) {
            return null;
        }
        if (resolved.getDeclaringClass() == Collectors.class) {
            return isTakenApart(call) ? ofThisHost(resolved) : null;
        }
        if (call.operands().isEmpty() || unboxes(resolved) || isBoxMadeHere(call.operand(0))) {
            return null;
        }
        Optional<Class<?>> type = resolution.load(call.operand(0).type().descriptor());
        boolean carries = type.isPresent() && ShadowLayout.leadsToNumbers(type.get());
        if (!carries && !isParallel(resolved)) {
            return null;
        }
        boolean known = call.opCode() != OpCode.INVOKE_STATIC
                && receivers.of(call.operand(0)) instanceof Receivers.Receiver.Exact;
        Executable method = known
                ? ((Receivers.Receiver.Exact) Objects.requireNonNull(receivers.of(call.operand(0))))
                        .selected(resolution, resolved)
                : resolved;
        return method == null ? null : ofThisHost(method);
    }

    /** Whether parallel streams can do it, which devices run, though it is about whole numbers. */
    private static boolean isParallel(Executable method) {
        return method.getDeclaringClass() == Arrays.class && method.getName().equals("parallelPrefix");
    }

    private static boolean unboxes(Executable method) {
        return method.getDeclaringClass() == Double.class && method.getName().equals("doubleValue")
                || method.getDeclaringClass() == Float.class && method.getName().equals("floatValue");
    }

    /** Whether a number is in a box that was made in this function: {@link EliminateBoxing} takes it out again. */
    private boolean isBoxMadeHere(Value box) {
        Instruction made = receivers.origin(box).definition();
        return made != null
                && made.opCode() == OpCode.INVOKE_STATIC
                && made.method().name().equals("valueOf")
                && made.method().owner().packageName().equals("java.lang");
    }

    private @Nullable MethodReference ofThisHost(Executable method) {
        Optional<MethodReference> found =
                reordering ? StandIns.reordered(method).or(() -> StandIns.of(method)) : StandIns.of(method);
        return found.isPresent() && resolution.agrees(found.get().owner(), StandIns.class) ? found.get() : null;
    }

    /** Whether a collector gets to no stream: a loop calls its parts. */
    private static boolean isTakenApart(Instruction maker) {
        Value collector = maker.value();
        for (Block block : maker.block().function().blocks()) {
            for (Instruction user : block.instructions()) {
                if (user.operands().contains(collector)
                        && user.opCode() != OpCode.NULL_CHECK
                        && (user.opCode() != OpCode.INVOKE_INTERFACE
                                || !user.method().owner().equals(COLLECTOR))) {
                    return false;
                }
            }
            if (block.edges().stream().anyMatch(edge -> edge.arguments().contains(collector))
                    || block.terminator().operands().contains(collector)) {
                return false;
            }
        }
        return true;
    }
}
