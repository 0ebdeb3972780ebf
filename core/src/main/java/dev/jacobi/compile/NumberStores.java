package dev.jacobi.compile;

import dev.jacobi.autodiff.KnownCall;
import dev.jacobi.autodiff.ScalarRules;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import java.lang.constant.ConstantDescs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a method, with all that it calls, might write to an element of any array of numbers, one that it allocates included. Calls of
 * which the code is not known might, and so might those of functions, of the JDK's methods, and of more than a few methods.
 */
final class NumberStores {
    private static final int MOST_METHODS = 16;

    private NumberStores() {}

    /** @param bodies the code of methods that are certain to be called */
    static boolean none(Function method, java.util.function.Function<Instruction, Optional<Function>> bodies) {
        Set<Function> seen = new HashSet<>(Set.of(method));
        Deque<Function> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            // To read the code of a method takes time, so all that speaks against it is asked first.
            List<Instruction> calls = new ArrayList<>();
            for (Block block : open.removeFirst().blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (isStore(instruction) || !isHarmless(instruction)) {
                        if (!isOwnCall(instruction)) {
                            return false;
                        }
                        calls.add(instruction);
                    }
                }
            }
            for (Instruction call : calls) {
                Optional<Function> body = bodies.apply(call);
                if (body.isEmpty() || seen.size() > MOST_METHODS) {
                    return false;
                }
                if (seen.add(body.get())) {
                    open.add(body.get());
                }
            }
        }
        return true;
    }

    /** Whether a method is called that is not the JDK's. */
    private static boolean isOwnCall(Instruction instruction) {
        return instruction.opCode().isCall()
                && instruction.opCode() != OpCode.INVOKE_FUNCTION
                && instruction.opCode() != OpCode.INVOKE_DYNAMIC
                && !instruction.method().owner().isArray()
                && !instruction.method().owner().packageName().startsWith("java");
    }

    private static boolean isStore(Instruction instruction) {
        return instruction.opCode() == OpCode.ARRAY_STORE
                && (instruction.classAttribute().equals(ConstantDescs.CD_double)
                        || instruction.classAttribute().equals(ConstantDescs.CD_float));
    }

    private static boolean isHarmless(Instruction instruction) {
        if (!instruction.opCode().isCall() || ScalarRules.of(instruction).isPresent()) {
            return true;
        }
        return KnownCall.of(instruction)
                .map(call -> switch (call) {
                    case CLONE, COPY_OF, COPY_OF_RANGE, BOX, UNBOX -> true;
                    default -> false;
                })
                .orElseGet(() -> MemoryWrites.makesPlatformException(instruction));
    }
}
