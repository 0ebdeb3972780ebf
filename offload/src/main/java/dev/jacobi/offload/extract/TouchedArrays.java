package dev.jacobi.offload.extract;

import dev.jacobi.analysis.ClassInitializer;
import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.InitializedClasses;
import dev.jacobi.analysis.Loop;
import dev.jacobi.analysis.Loops;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.KnownTouches.Kind;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.runtime.DeviceCalls;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Announces, before host code reads or writes an array or a memory segment that may be on the device, that it does. In a loop without launches it is announced once, before the
 * outermost such loop in which the array is the same. Where a class may be initialised, whose static initialiser may touch any, is announced too, and that it has been: a loop over launches does that once.
 */
final class TouchedArrays {
    /** What is announced where. */
    private record Announcement(
            Block block,
            @Nullable Instruction before,
            @Nullable Value array,
            Kind kind) {}

    private final Function function;
    private final ClassKnowledge classes;
    private final DeviceCalls calls;
    private final Loops loops;

    private TouchedArrays(Function function, ClassKnowledge classes, DeviceCalls calls) {
        this.function = function;
        this.classes = classes;
        this.calls = calls;
        this.loops = Loops.of(function);
    }

    /** @param classes what is known of the classes that the function names */
    static void announce(Function function, ClassKnowledge classes, DeviceCalls calls) {
        new TouchedArrays(function, classes, calls).run();
    }

    private void run() {
        Set<Announcement> found = new HashSet<>();
        List<Announcement> inOrder = new ArrayList<>();
        List<Instruction> initializing = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (InitializedClasses.mayRunInitializer(instruction, classes)) {
                    initializing.add(instruction);
                }
                for (Announcement announcement : of(instruction, block)) {
                    if (found.add(announcement)) {
                        inOrder.add(announcement);
                    }
                }
            }
        }
        inOrder.forEach(this::insert);
        for (int place = 0; place < initializing.size(); place++) {
            insertAround(initializing.get(place), place);
        }
        List.copyOf(function.blocks()).stream()
                .filter(block -> !block.handlers().isEmpty())
                .forEach(SplitAtThrows::split);
    }

    private List<Announcement> of(Instruction instruction, Block block) {
        if (instruction.isNote()) {
            return List.of(); // the constructor itself is a call here
        }
        List<Kind> kinds = switch (instruction.opCode()) {
            case ARRAY_LOAD -> List.of(Kind.READS);
            case ARRAY_STORE -> List.of(Kind.WRITES);
            default ->
                instruction.opCode().isCall() && ClassInitializer.initializedBy(instruction) == null
                        ? KnownTouches.of(instruction)
                        : List.of();
        };
        if (kinds == null) {
            return List.of(new Announcement(block, instruction, null, Kind.WRITES));
        }
        List<Announcement> announcements = new ArrayList<>();
        for (int index = 0; index < kinds.size(); index++) {
            Announcement announcement = kinds.get(index) == Kind.NOTHING
                    ? null
                    : place(instruction, block, instruction.operand(index), kinds.get(index));
            if (announcement != null) {
                announcements.add(announcement);
            }
        }
        return announcements;
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
                .noneMatch(instruction -> instruction.opCode().isCall() && !KnownTouches.isOfSegmentAlone(instruction));
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
        Value receiver = DeviceMethods.receiver(calls, emitter);
        Value array = announcement.array() == null ? emitter.nullReference() : announcement.array();
        if (announcement.kind() == Kind.FORGETS) {
            emitter.emit(OpCode.INVOKE_INTERFACE, DeviceMethods.FORGET, List.of(receiver, array));
        } else {
            Value writing = emitter.constant(Type.INT, announcement.kind() == Kind.WRITES ? 1 : 0);
            emitter.emit(OpCode.INVOKE_INTERFACE, DeviceMethods.TOUCH, List.of(receiver, array, writing));
        }
        int at = announcement.before() == null
                ? block.instructions().size()
                : block.instructions().indexOf(announcement.before());
        for (Instruction instruction : made) {
            block.insert(at++, instruction);
        }
    }

    private void insertAround(Instruction initializing, int place) {
        Block block = Objects.requireNonNull(initializing.block());
        insertCall(block, block.instructions().indexOf(initializing), initializing, DeviceMethods.INITIALIZING, place);
        insertCall(
                block, block.instructions().indexOf(initializing) + 1, initializing, DeviceMethods.INITIALIZED, place);
    }

    private void insertCall(Block block, int at, Instruction initializing, MethodReference method, int place) {
        List<Instruction> made = new ArrayList<>();
        Emitter emitter = new Emitter(function, made::add, initializing.position());
        Value receiver = DeviceMethods.receiver(calls, emitter);
        emitter.emit(OpCode.INVOKE_INTERFACE, method, List.of(receiver, emitter.constant(Type.INT, place)));
        for (int index = 0; index < made.size(); index++) {
            block.insert(at + index, made.get(index));
        }
    }
}
