package dev.jacobi.compile;

import dev.jacobi.analysis.Origins;
import dev.jacobi.analysis.ReturningBlocks;
import dev.jacobi.autodiff.CallSignature;
import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a method may write to memory that others can reach, or call what may: if not, it has changed nothing when it throws an exception.
 * What it stores into arrays and objects that it allocates itself does not count, nor do static fields, which have no shadows, nor the tapes of derivatives.
 */
final class MemoryWrites {
    private static final Set<String> TEXT =
            Set.of("Ljava/lang/String;", "Ljava/lang/StringBuilder;", "Ljava/io/PrintStream;", "Ljava/lang/Throwable;");

    private static final Type STACKS = Type.of(CallSignature.STACKS);

    private final java.util.function.Function<Instruction, Optional<Function>> bodies;
    private final boolean onlyWhenThrowing;
    private final Set<Function> seen = new HashSet<>();

    /**
     * @param bodies the code of methods that are certain to be called
     * @param onlyWhenThrowing whether only what is done where no return can be reached any more counts
     */
    MemoryWrites(java.util.function.Function<Instruction, Optional<Function>> bodies, boolean onlyWhenThrowing) {
        this.bodies = bodies;
        this.onlyWhenThrowing = onlyWhenThrowing;
    }

    /** Whether the code of a method that is called may write. */
    boolean mayWrite(Instruction call) {
        Optional<Function> body = bodies.apply(call);
        return body.isEmpty() || seen.add(body.get()) && mayWrite(body.get());
    }

    private boolean mayWrite(Function function) {
        Set<Block> returning = onlyWhenThrowing ? ReturningBlocks.of(function) : Set.of();
        for (Block block : function.blocks()) {
            boolean counts = !returning.contains(block);
            for (Instruction instruction : block.instructions()) {
                if (!instruction.isNote() && (counts ? writes(instruction) : callsWhatWrites(instruction))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether what is called, and may throw, may write before that. */
    private boolean callsWhatWrites(Instruction instruction) {
        return instruction.opCode().isCall() && KnownCall.of(instruction).isEmpty() && writesByCall(instruction);
    }

    private boolean writes(Instruction instruction) {
        boolean call =
                instruction.opCode().isCall() && KnownCall.of(instruction).isEmpty();
        if (onlyWhenThrowing && call) {
            // What is called here may write and return.
            return new MemoryWrites(bodies, false).writesByCall(instruction);
        }
        return switch (instruction.opCode()) {
            case ARRAY_STORE, PUT_FIELD -> !isNew(instruction.operand(0)) && !isTape(instruction.operand(0));
            default -> instruction.opCode().isCall() && writesByCall(instruction);
        };
    }

    private static boolean isNew(Value memory) {
        return memory.isResultOf(OpCode.NEW)
                || memory.isResultOf(OpCode.NEW_ARRAY)
                || memory.isResultOf(OpCode.NEW_MULTI_ARRAY);
    }

    /** Whether memory is stacks or an array of them: what is left there is never read. */
    private static boolean isTape(Value memory) {
        return memory.type().equals(STACKS)
                || memory.type().isArray()
                        && Origins.of(memory.block().function()).of(memory).stream()
                                .allMatch(MemoryWrites::isTapeItself);
    }

    private static boolean isTapeItself(Value origin) {
        return origin.definition() instanceof Instruction made
                && (made.opCode() == OpCode.GET_FIELD && CallSignature.isOfStacks(made.field())
                        || KnownCall.of(made)
                                .map(call -> call == KnownCall.ACQUIRE || call == KnownCall.ENSURE)
                                .orElse(false));
    }

    /** Whether a call, known ones included, may write to memory that its arguments lead to. */
    boolean writesByCall(Instruction call) {
        if (ScalarRules.of(call).isPresent()
                || call.isNoted()
                || makesPlatformException(call)
                || call.operands().stream().noneMatch(MemoryWrites::leadsAway)) {
            return false;
        }
        Optional<KnownCall> known = KnownCall.of(call);
        if (known.isEmpty()) {
            return mayWrite(call);
        }
        return switch (known.get()) {
            case CLONE,
                    COPY_OF,
                    COPY_OF_RANGE,
                    OBJECT_CLONE,
                    ACQUIRE,
                    ACQUIRE_ZEROS,
                    ENSURE,
                    MOVE_DOWN,
                    MOVE_UP,
                    RELEASE,
                    ACQUIRE_STACKS,
                    ACQUIRE_ZERO_STACKS,
                    RELEASE_STACKS,
                    BOX,
                    UNBOX,
                    INACTIVE -> false;
            default -> true;
        };
    }

    static boolean makesPlatformException(Instruction call) {
        if (call.opCode() != OpCode.INVOKE_SPECIAL || !call.method().name().equals("<init>")) {
            return false;
        }
        String owner = call.method().owner().descriptorString();
        return owner.startsWith("Ljava/") && (owner.endsWith("Exception;") || owner.endsWith("Error;"));
    }

    /** Whether memory with numbers can be got at through a value that is passed. */
    private static boolean leadsAway(Value operand) {
        return operand.type().isReference()
                && !operand.isResultOf(OpCode.NEW)
                && !TEXT.contains(operand.type().descriptor().descriptorString());
    }
}
