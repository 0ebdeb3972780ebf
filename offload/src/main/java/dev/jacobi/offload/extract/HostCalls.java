package dev.jacobi.offload.extract;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.NestedDerivatives;
import dev.jacobi.runtime.library.ArraysMethods;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls that are left in host code if parallel streams may be behind them, which would run on the JVM without anybody having said so: methods of the user's that were not inlined, and
 * streams that did not become loops. Warns where a parallel operation is known to stay.
 */
final class HostCalls {
    private static final Set<String> PARALLEL =
            Set.of("parallel", "parallelStream", "parallelSetAll", "parallelPrefix", "parallelSort");

    /** Packages of Jacobi's that derivatives and batches call. */
    private static final Set<String> OWN =
            Set.of("dev.jacobi", "dev.jacobi.autodiff", "dev.jacobi.runtime", "dev.jacobi.runtime.library");

    /** The package of what batches hand their arguments to before they begin. */
    private static final String CHECKS = "dev.jacobi.batch";

    private static final String STAND_INS = ArraysMethods.class.getName();
    /** Arrays whose prefixes are made by parallel loops over blocks by this class; those of doubles are by another. */
    private static final Set<ClassDesc> IN_BLOCKS =
            Set.of(ConstantDescs.CD_int.arrayType(), ConstantDescs.CD_long.arrayType());

    private HostCalls() {}

    /** Where parallel operations became sequential loops, which stay on the JVM. To be asked before loops are taken out. */
    static Set<SourcePosition> sequential(Function function) {
        Set<SourcePosition> found = new LinkedHashSet<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                SourcePosition caller = instruction.opCode() == OpCode.ARRAY_STORE
                                && !IN_BLOCKS.contains(
                                        instruction.operand(0).type().descriptor())
                        ? callerOfPrefix(instruction.position())
                        : null;
                if (caller != null) {
                    found.add(caller);
                }
            }
        }
        return found;
    }

    static void warn(Set<SourcePosition> sequential, String display) {
        for (SourcePosition position : sequential) {
            System.getLogger("dev.jacobi.offload")
                    .log(
                            System.Logger.Level.WARNING,
                            "Arrays.parallelPrefix of {0} at {1} runs on the JVM, one element after the other: on a device it does with arrays of ints, longs and doubles",
                            display,
                            position);
        }
    }

    private static @Nullable SourcePosition callerOfPrefix(@Nullable SourcePosition position) {
        boolean inside = false;
        for (SourcePosition each = position; each != null; each = each.caller()) {
            boolean isPrefix =
                    each.className().equals(STAND_INS) && each.methodName().equals("parallelPrefix");
            if (inside && !isPrefix) {
                return each;
            }
            inside |= isPrefix;
        }
        return null;
    }

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

    /** Whether a call of an interface of the JDK's runs code of the user's, which nobody has seen. */
    private static boolean isOfFunction(Instruction call) {
        String owner = Type.name(call.method().owner());
        return call.opCode() == OpCode.INVOKE_INTERFACE
                && ClassInitializer.initializedBy(call) == null
                && (owner.startsWith("java.util.function.")
                        || owner.equals("java.lang.Runnable")
                        || owner.equals("java.util.concurrent.Callable"))
                && !isCheck(call.operand(0));
    }

    private static boolean isCheck(Value receiver) {
        return receiver.definition() instanceof Instruction embed
                && embed.attribute() instanceof EmbeddedObject embedded
                && embedded.object().getClass().getPackageName().equals(CHECKS);
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
        if (NestedDerivatives.MADE.contains(call.method().owner())) {
            return "it calls " + call.method().signature()
                    + ", and parallel streams of this derivative would run on the JVM: on a device run those of derivatives that are made in the offloaded code, with respect to numbers and flat arrays";
        }
        String owner = call.method().owner().packageName();
        if (owner.startsWith("java.util") && PARALLEL.contains(call.method().name())) {
            return "it has a parallel stream that is not seen whole, by "
                    + call.method().signature();
        }
        if (isOfFunction(call)) {
            return "it calls " + call.method().signature()
                    + " of an object whose code is not seen here, so that its parallel streams would run on the JVM";
        }
        return owner.startsWith("java.") || owner.startsWith("javax.") || OWN.contains(owner)
                ? null
                : "it calls " + call.method().signature()
                        + ", which was not inlined, so that its parallel streams would run on the JVM";
    }
}
