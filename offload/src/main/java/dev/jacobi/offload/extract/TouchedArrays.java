package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.runtime.DeviceCalls;
import dev.jacobi.runtime.Scratch;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Announces, before host code reads or writes an array that may be on the device, that it does. In a loop without launches it is announced once, before the
 * outermost such loop in which the array is the same.
 */
final class TouchedArrays {
    private static final ClassDesc CALLS = DeviceCalls.class.describeConstable().orElseThrow();
    private static final MethodReference TOUCH = new MethodReference(
            CALLS,
            "touch",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_boolean),
            true);

    private static final Set<ClassDesc> BOXES = Set.of(
            ConstantDescs.CD_Integer, ConstantDescs.CD_Long, ConstantDescs.CD_Float, ConstantDescs.CD_Double);

    private static final MethodReference FORGET = new MethodReference(
            CALLS, "forget", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object), true);

    private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
    private static final ClassDesc SCRATCH = Scratch.class.describeConstable().orElseThrow();

    private enum Kind {
        READS,
        WRITES,
        /** Lets go of it: what it holds is not needed any more. */
        FORGETS
    }

    /** What is announced where. */
    private record Announcement(Block block, @Nullable Instruction before, @Nullable Value array, Kind kind) {}

    private final Function function;
    private final DeviceCalls calls;
    private final Loops loops;

    private TouchedArrays(Function function, DeviceCalls calls) {
        this.function = function;
        this.calls = calls;
        this.loops = Loops.of(function);
    }

    static void announce(Function function, DeviceCalls calls) {
        new TouchedArrays(function, calls).run();
    }

    private void run() {
        Set<Announcement> found = new HashSet<>();
        List<Announcement> inOrder = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                Announcement announcement = of(instruction, block);
                if (announcement != null && found.add(announcement)) {
                    inOrder.add(announcement);
                }
            }
        }
        inOrder.forEach(this::insert);
        List.copyOf(function.blocks()).stream()
                .filter(block -> !block.handlers().isEmpty())
                .forEach(SplitAtThrows::split);
    }

    private @Nullable Announcement of(Instruction instruction, Block block) {
        Announcement scratch = ofScratch(instruction, block);
        if (scratch != null) {
            return scratch;
        }
        return switch (instruction.opCode()) {
            case ARRAY_LOAD -> place(instruction, block, instruction.operand(0), Kind.READS);
            case ARRAY_STORE -> place(instruction, block, instruction.operand(0), Kind.WRITES);
            default ->
                instruction.opCode().isCall() && !isHarmless(instruction)
                        ? new Announcement(block, instruction, null, Kind.WRITES)
                        : null;
        };
    }

    /** Whether a call touches no array that may be on a device. */
    private static boolean isHarmless(Instruction call) {
        return switch (call.opCode()) {
            case INVOKE_INTERFACE -> call.method().owner().equals(CALLS);
            case INVOKE_STATIC ->
                BOXES.contains(call.method().owner())
                        || call.method().owner().equals(MATH)
                        || call.method().owner().equals(SCRATCH)
                                && call.method().name().startsWith("acquire");
            case INVOKE_VIRTUAL -> BOXES.contains(call.method().owner());
            default -> false;
        };
    }

    /** What a call does with memory of the tape, which is taken up and laid down again, or null if it is no such call. */
    private static @Nullable Announcement ofScratch(Instruction call, Block block) {
        if (call.opCode() != OpCode.INVOKE_STATIC || !call.method().owner().equals(SCRATCH)) {
            return null;
        }
        return switch (call.method().name()) {
            case "release" -> new Announcement(block, call, call.operand(0), Kind.FORGETS);
            case "ensure", "releaseZeros" -> new Announcement(block, call, call.operand(0), Kind.READS);
            default -> null;
        };
    }

    private @Nullable Announcement place(Instruction instruction, Block block, Value array, Kind kind) {
        ClassDesc component = array.type().descriptor().componentType();
        if (component != null && !component.isPrimitive()) {
            return null; // never on a device
        }
        Loop outermost = null;
        for (Loop loop = loops.loopOf(block);
                loop != null && !loop.contains(array.block()) && isFreeOfLaunches(loop) && loop.preheader() != null;
                loop = loop.parent()) {
            outermost = loop;
        }
        Block preheader = outermost == null ? null : outermost.preheader();
        return preheader == null
                ? new Announcement(block, instruction, array, kind)
                : new Announcement(preheader, null, array, kind);
    }

    private static boolean isFreeOfLaunches(Loop loop) {
        return loop.blocks().stream()
                .flatMap(block -> block.instructions().stream())
                .noneMatch(instruction -> instruction.opCode().isCall());
    }

    private void insert(Announcement announcement) {
        Block block = announcement.block();
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(
                function,
                made::add,
                announcement.before() == null
                        ? block.terminator().position()
                        : announcement.before().position());
        Value receiver = emitter.value(OpCode.EMBED, new EmbeddedObject(calls, CALLS));
        Value array = announcement.array() == null ? emitter.nullReference() : announcement.array();
        if (announcement.kind() == Kind.FORGETS) {
            emitter.emit(OpCode.INVOKE_INTERFACE, FORGET, List.of(receiver, array));
        } else {
            Value writing = emitter.constant(Type.INT, announcement.kind() == Kind.WRITES ? 1 : 0);
            emitter.emit(OpCode.INVOKE_INTERFACE, TOUCH, List.of(receiver, array, writing));
        }
        int at = announcement.before() == null
                ? block.instructions().size()
                : block.instructions().indexOf(announcement.before());
        for (Instruction instruction : made) {
            block.insert(at++, instruction);
        }
    }
}
