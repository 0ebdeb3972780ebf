package dev.jacobi.offload.extract;

import dev.jacobi.JacobiException;
import dev.jacobi.Refusal;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether host code may keep an array or a memory segment beyond the call: then what others write to it later would not be seen on the device where a {@code DeviceArray} or a {@code DeviceSegment} has it. To read, write and copy elements, and to pass it to launches, is
 * all that may be done with such an array.
 */
public final class EscapingArrays {
    /** What is held, and the method that gives it. */
    private static final Map<String, String> HELD =
            Map.of("dev.jacobi.offload.DeviceArray", "array", "dev.jacobi.offload.DeviceSegment", "segment");

    private static final Set<String> HARMLESS = Set.of(
            "java.lang.System.arraycopy",
            "java.util.Arrays.fill",
            "java.util.Arrays.copyOf",
            "java.util.Arrays.copyOfRange",
            "java.util.Arrays.equals",
            "java.util.Arrays.hashCode",
            "dev.jacobi.runtime.SegmentSizes.byteSizeOrZero",
            "dev.jacobi.runtime.Shadows.clear",
            "dev.jacobi.runtime.Shadows.copyOf",
            "dev.jacobi.runtime.Shadows.fillPacked",
            "dev.jacobi.runtime.Shadows.fit",
            "dev.jacobi.runtime.Shadows.zerosLike");

    /** Classes whose methods forget arrays before the call is over. */
    private static final Set<String> FORGETTING =
            Set.of("dev.jacobi.runtime.DeviceCalls", "dev.jacobi.autodiff.ShadowChecks");

    private final Function function;
    private final Uses uses;

    private EscapingArrays(Function function) {
        this.function = function;
        this.uses = Uses.of(function);
    }

    /** Whether a call asks a {@code DeviceArray} for its array, or a {@code DeviceSegment} for its segment. */
    static boolean isOfHeld(Instruction call) {
        return call.opCode() == OpCode.INVOKE_VIRTUAL
                && call.method().name().equals(HELD.get(Type.name(call.method().owner())));
    }

    /** Whether host code asks a {@code DeviceArray} for its array. */
    public static boolean findsHeldArrays(Function host) {
        return host.blocks().stream()
                .anyMatch(block -> block.instructions().stream().anyMatch(EscapingArrays::isOfHeld));
    }

    /** @throws JacobiException NOT_ON_DEVICE if the array of a {@code DeviceArray} may be kept */
    static void refuse(Function host, String display) {
        for (Block block : host.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (isOfHeld(instruction)) {
                    String escape = of(host, instruction.value()).orElse("");
                    SourcePosition position = instruction.position();
                    if (!escape.isEmpty()) {
                        throw new JacobiException(
                                Refusal.NOT_ON_DEVICE,
                                "cannot offload " + display + ": the "
                                        + instruction.method().name() + " of a "
                                        + instruction.method().owner().displayName() + " " + escape
                                        + ", where it might be changed without the device",
                                position == null ? null : position.toString());
                    }
                }
            }
        }
    }

    /** How a value may be kept beyond a call of a function, in words; empty if it is not. */
    public static Optional<String> of(Function host, Value array) {
        return new EscapingArrays(host).escape(array);
    }

    private Optional<String> escape(Value array) {
        Set<Value> names = new HashSet<>(Set.of(array));
        for (int known = 0; known < names.size(); ) {
            known = names.size();
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (names.stream().anyMatch(instruction.operands()::contains)) {
                        if (instruction.opCode() == OpCode.CHECK_CAST
                                || instruction.opCode() == OpCode.SELECT
                                || KnownTouches.givesSegmentOfSame(instruction)) {
                            names.add(instruction.value());
                        } else if (!isHarmless(instruction, names)) {
                            return Optional.of(what(instruction));
                        }
                    }
                }
                if (block.terminator().operands().stream().anyMatch(names::contains)) {
                    return Optional.of(block.terminator() instanceof Return ? "is given back" : "is thrown");
                }
                for (Edge edge : block.edges()) {
                    for (int index = 0; index < edge.arguments().size(); index++) {
                        if (names.contains(edge.arguments().get(index))) {
                            names.add(edge.target().parameter(index));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean isHarmless(Instruction instruction, Set<Value> names) {
        return switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_LENGTH, NULL_CHECK, INSTANCE_OF -> true;
            case ARRAY_STORE ->
                !names.contains(instruction.operand(2)) || DeviceMethods.isOnlyForLaunch(instruction.operand(0), uses);
            default ->
                instruction.opCode().isCall()
                        ? instruction.isNote() || isHarmlessCall(instruction)
                        : instruction.isPure()
                                && instruction.result() != null
                                && !instruction.value().type().isReference();
        };
    }

    private static boolean isHarmlessCall(Instruction call) {
        if (call.opCode() == OpCode.INVOKE_DYNAMIC || call.opCode() == OpCode.INVOKE_FUNCTION) {
            return false;
        }
        if (KnownTouches.isOfSegmentAlone(call)) {
            return true;
        }
        String owner = Type.name(call.method().owner());
        return FORGETTING.contains(owner)
                || call.opCode() == OpCode.INVOKE_STATIC
                        && HARMLESS.contains(owner + "." + call.method().name());
    }

    private static String what(Instruction instruction) {
        return switch (instruction.opCode()) {
            case PUT_FIELD, PUT_STATIC ->
                "is stored in the field " + instruction.field().name();
            case ARRAY_STORE -> "is stored in another array";
            default ->
                instruction.opCode().isCall()
                                && instruction.opCode() != OpCode.INVOKE_DYNAMIC
                                && instruction.opCode() != OpCode.INVOKE_FUNCTION
                        ? "is passed to " + instruction.method().signature()
                        : "is passed on";
        };
    }
}
