package dev.jacobi.offload.extract;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls that are left in host code if parallel streams may be behind them, which would run on the JVM without anybody having said so: methods of the user's that were not inlined, and
 * streams that did not become loops.
 */
final class HostCalls {
    private static final Set<String> PARALLEL =
            Set.of("parallel", "parallelStream", "parallelSetAll", "parallelPrefix", "parallelSort");

    /** Packages of Jacobi's that derivatives and batches call. */
    private static final Set<String> OWN =
            Set.of("dev.jacobi", "dev.jacobi.autodiff", "dev.jacobi.runtime", "dev.jacobi.runtime.library");

    private HostCalls() {}

    static void refuse(Function host, String display) {
        for (Block block : host.blocks()) {
            for (Instruction instruction : block.instructions()) {
                String obstacle = instruction.opCode().isCall() && !instruction.isNote() ? obstacle(instruction) : null;
                if (obstacle != null) {
                    SourcePosition position = instruction.position();
                    throw new JacobiException(
                            Refusal.NOT_ON_DEVICE,
                            "cannot offload " + display + ": " + obstacle,
                            position == null ? null : position.toString());
                }
            }
        }
    }

    private static @Nullable String obstacle(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC) {
            return null;
        }
        if (call.opCode() == OpCode.INVOKE_FUNCTION) {
            return "it calls " + call.function().name()
                    + ", which was not inlined, so that its parallel streams would run on the JVM";
        }
        if (call.method().owner().isArray()) {
            return null;
        }
        if (EscapingArrays.isOfHeld(call)) {
            return null;
        }
        String owner = call.method().owner().packageName();
        if (owner.startsWith("java.util") && PARALLEL.contains(call.method().name())) {
            return "it has a parallel stream that is not seen whole, by "
                    + call.method().signature();
        }
        return owner.startsWith("java.") || owner.startsWith("javax.") || OWN.contains(owner)
                ? null
                : "it calls " + call.method().signature()
                        + ", which was not inlined, so that its parallel streams would run on the JVM";
    }
}
