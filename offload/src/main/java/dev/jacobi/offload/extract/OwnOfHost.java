package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.runtime.DeviceCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Announces arrays that host code makes and shows nobody but loops that were taken out: they are zeros, which need no copy, and when the function ends, or makes the next array at the same place, nobody asks any more what they
 * hold. So such an array, as a layer of a network, never moves. Also announces where a tape has been made longer, which hardly ever copies it, and from where on it is empty.
 */
final class OwnOfHost {
    private OwnOfHost() {}

    static void announce(Function function, DeviceCalls calls) {
        announceMade(function, calls);
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                ScratchCall call = ScratchCall.of(instruction);
                if (call != null
                        && (call.kind() == ScratchCall.Kind.ENSURE || call.kind() == ScratchCall.Kind.ENSURE_SUM)) {
                    boolean top = call.kind() == ScratchCall.Kind.ENSURE_SUM;
                    callAfter(
                            instruction,
                            DeviceMethods.ENSURED,
                            calls,
                            emitter -> List.of(
                                    instruction.operand(0),
                                    instruction.value(),
                                    top ? instruction.operand(1) : emitter.constant(Type.INT, Integer.MAX_VALUE)));
                }
            }
        }
    }

    private static void announceMade(Function function, DeviceCalls calls) {
        Uses uses = Uses.of(function);
        List<Instruction> found = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.NEW_ARRAY
                        && instruction.classAttribute().isPrimitive()
                        && uses.of(instruction.value()).stream().allMatch(use -> isOwn(use, uses))
                        && uses.of(instruction.value()).stream().anyMatch(OwnOfHost::isStored)) {
                    found.add(instruction);
                }
            }
        }
        for (int place = 0; place < found.size(); place++) {
            int number = place;
            Instruction allocation = found.get(place);
            callAfter(
                    allocation,
                    DeviceMethods.MADE,
                    calls,
                    emitter -> List.of(emitter.constant(Type.INT, number), allocation.value()));
        }
    }

    private static void callAfter(
            Instruction instruction,
            MethodReference method,
            DeviceCalls calls,
            java.util.function.Function<Emitter, List<Value>> arguments) {
        Block block = Objects.requireNonNull(instruction.block());
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(block.function(), made::add, instruction.position());
        List<Value> operands = new ArrayList<>(List.of(DeviceMethods.receiver(calls, emitter)));
        operands.addAll(arguments.apply(emitter));
        emitter.emit(OpCode.INVOKE_INTERFACE, method, operands);
        int at = block.instructions().indexOf(instruction);
        for (Instruction each : made) {
            block.insert(++at, each);
        }
    }

    private static boolean isStored(Use use) {
        return use instanceof Use.Operand(Instruction user, int place)
                && user.opCode() == OpCode.ARRAY_STORE
                && place == 2;
    }

    private static boolean isOwn(Use use, Uses uses) {
        if (!(use instanceof Use.Operand(Instruction user, int place))) {
            return false;
        }
        return switch (user.opCode()) {
            case ARRAY_LOAD, ARRAY_LENGTH, NULL_CHECK -> true;
            case ARRAY_STORE -> place == 0 || place == 2 && DeviceMethods.isOnlyForLaunch(user.operand(0), uses);
            default -> false;
        };
    }
}
