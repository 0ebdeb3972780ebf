package dev.jacobi.offload.extract;

import dev.jacobi.analysis.Loop;
import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.SourcePosition;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.offload.extract.Obstacle.Found;
import dev.jacobi.runtime.SegmentSizes;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets parallel loops see memory segments from outside as arrays of their elements, so that all that comes after knows arrays only; and gives host code that was made of such a loop its segments back, with the calls that the
 * program has.
 */
final class SegmentsAsArrays {
    private static final String DEPENDS =
            "which memory segment it accesses depends on the round; choose it before the stream";

    private static final Set<String> MAKING = Set.of("asSlice", "asReadOnly", "reinterpret");

    private static final MethodReference BYTE_SIZE = new MethodReference(
            SegmentSizes.class.describeConstable().orElseThrow(),
            "byteSizeOrZero",
            MethodTypeDesc.of(ConstantDescs.CD_long, SegmentView.SEGMENT),
            false);

    private final Loop loop;
    private final Function function;
    private final Emitter before;
    /** By segment, what it is in this loop. */
    private final Map<Value, Map<SegmentView, Value>> views = new LinkedHashMap<>();

    private final Map<Value, Value> sizes = new HashMap<>();
    private final Map<Value, Value> replaced = new HashMap<>();

    private SegmentsAsArrays(Loop loop, Function function, Block preheader) {
        this.loop = loop;
        this.function = function;
        this.before = Emitter.appendingTo(preheader, ParallelLoop.positionOf(loop));
    }

    /**
     * Changes a loop.
     *
     * @throws Found if it does anything else with a segment than reading and writing elements, and asking for its size
     */
    static void run(Loop loop, Function function) throws Found {
        Block preheader = loop.preheader();
        if (preheader != null && usesSegments(loop)) {
            new SegmentsAsArrays(loop, function, preheader).run();
        }
    }

    private static boolean usesSegments(Loop loop) {
        return loop.blocks().stream()
                .anyMatch(block -> block.instructions().stream()
                        .anyMatch(instruction -> instruction.operands().stream().anyMatch(SegmentView::isSegment)));
    }

    private void run() throws Found {
        foldSizesOfLayouts();
        for (Block block : loop.blocks()) {
            for (Instruction instruction : block.instructions()) {
                SegmentAccess access = SegmentAccess.of(instruction);
                if (access != null) {
                    view(access);
                } else {
                    look(instruction);
                }
            }
            for (Edge edge : block.edges()) {
                for (Value passed : edge.arguments()) {
                    if (SegmentView.isSegment(passed)) {
                        throw new Found(DEPENDS, block.terminator().position());
                    }
                }
            }
        }
        loop.blocks().forEach(this::replace);
        function.replaceValues(replaced);
        dropLayouts();
    }

    /** {@code JAVA_FLOAT.byteSize()} is 4. */
    private void foldSizesOfLayouts() {
        Map<Value, Value> known = new HashMap<>();
        for (Block block : loop.blocks()) {
            for (Instruction call : block.instructions()) {
                SegmentLayout layout = call.opCode() == OpCode.INVOKE_INTERFACE
                                && call.method().name().equals("byteSize")
                        ? SegmentLayout.of(call.operand(0))
                        : null;
                if (layout != null) {
                    known.put(call.value(), before.constant(Type.LONG, layout.bytes()));
                }
            }
            block.retainInstructions(call -> call.result() == null || !known.containsKey(call.value()));
        }
        function.replaceValues(known);
    }

    /** Layouts are looked up in vain where nothing else uses them. */
    private void dropLayouts() {
        Set<Value> used = new HashSet<>();
        for (Block block : function.blocks()) {
            block.instructions().forEach(instruction -> used.addAll(instruction.operands()));
            used.addAll(block.terminator().operands());
            block.edges().forEach(edge -> used.addAll(edge.arguments()));
        }
        loop.blocks()
                .forEach(block -> block.retainInstructions(instruction -> instruction.result() == null
                        || used.contains(instruction.value())
                        || SegmentLayout.of(instruction.value()) == null));
    }

    private void view(SegmentAccess access) throws Found {
        SegmentLayout layout = access.layout();
        SourcePosition position = access.call().position();
        Value segment = access.segment();
        if (!isFromOutside(segment)) {
            throw new Found(DEPENDS, position);
        }
        if (layout == null) {
            throw new Found(
                    "it accesses a memory segment by another layout than the constants of ValueLayout for numbers; name one of these in the stream, JAVA_BYTE to JAVA_DOUBLE, or JAVA_SHORT_UNALIGNED to JAVA_DOUBLE_UNALIGNED",
                    position);
        }
        SegmentView view = new SegmentView(layout, access.byOffset());
        views.computeIfAbsent(segment, _ -> new LinkedHashMap<>())
                .computeIfAbsent(view, _ -> before.value(OpCode.INVOKE_STATIC, view.method(), segment));
    }

    private void look(Instruction instruction) throws Found {
        if (instruction.opCode() == OpCode.NULL_CHECK
                || SegmentAccess.isByteSize(instruction) && isFromOutside(instruction.operand(0))) {
            return;
        }
        boolean isGiven = instruction.operands().stream().anyMatch(SegmentView::isSegment);
        if (isGiven && instruction.opCode() == OpCode.SELECT) {
            throw new Found(DEPENDS, instruction.position());
        }
        if (isGiven
                && SegmentAccess.isOfSegment(instruction)
                && MAKING.contains(instruction.method().name())) {
            throw new Found(
                    "it makes a memory segment by " + what(instruction)
                            + "; use the one that it is made of, with larger indices, or make it before the stream",
                    instruction.position());
        }
        if (isGiven) {
            throw new Found(
                    "it uses a memory segment by " + what(instruction)
                            + "; in a parallel stream it may be used by get, set, getAtIndex and setAtIndex of numbers, and byteSize",
                    instruction.position());
        }
    }

    private boolean isFromOutside(Value value) {
        return SegmentView.isSegment(value) && !loop.contains(value.block());
    }

    private static String what(Instruction instruction) {
        return instruction.opCode().isCall()
                        && instruction.opCode() != OpCode.INVOKE_DYNAMIC
                        && instruction.opCode() != OpCode.INVOKE_FUNCTION
                ? instruction.method().signature()
                : instruction.opCode().mnemonic();
    }

    private void replace(Block block) {
        List<Instruction> all = new ArrayList<>();
        for (Instruction instruction : block.instructions()) {
            Emitter emitter = new Emitter(function, all::add, instruction.position());
            SegmentAccess access = SegmentAccess.of(instruction);
            if (access != null) {
                replace(access, emitter);
            } else if (SegmentAccess.isByteSize(instruction)) {
                Value segment = instruction.operand(0);
                emitter.emit(OpCode.NULL_CHECK, null, List.of(anyView(segment)));
                replaced.put(
                        instruction.value(),
                        sizes.computeIfAbsent(segment, _ -> before.value(OpCode.INVOKE_STATIC, BYTE_SIZE, segment)));
            } else {
                if (instruction.opCode() == OpCode.NULL_CHECK && isFromOutside(instruction.operand(0))) {
                    Value view = anyView(instruction.operand(0));
                    instruction.mapOperands(_ -> view);
                }
                all.add(instruction);
            }
        }
        block.setInstructions(all);
    }

    private void replace(SegmentAccess access, Emitter emitter) {
        SegmentView view = new SegmentView(Objects.requireNonNull(access.layout()), access.byOffset());
        Value array = Objects.requireNonNull(views.get(access.segment())).get(view);
        Value index = SegmentIndex.emit(access.asked(), view.shift(), loop, emitter, before);
        ClassDesc component = view.layout().componentDescriptor();
        if (access.isWrite()) {
            emitter.emit(OpCode.ARRAY_STORE, component, List.of(array, index, access.written()));
        } else {
            replaced.put(access.call().value(), emitter.value(OpCode.ARRAY_LOAD, component, array, index));
        }
    }

    /** A segment as any array; one of bytes where no element is accessed. */
    private Value anyView(Value segment) {
        Map<SegmentView, Value> known = views.computeIfAbsent(segment, _ -> new LinkedHashMap<>());
        if (known.isEmpty()) {
            SegmentView bytes = new SegmentView(SegmentLayout.JAVA_BYTE, false);
            known.put(bytes, before.value(OpCode.INVOKE_STATIC, bytes.method(), segment));
        }
        return known.values().iterator().next();
    }

    /** The views among what a loop uses from outside, in its order; null for all else. */
    static List<@Nullable SegmentView> viewsOf(List<Value> outside) {
        List<@Nullable SegmentView> found = new ArrayList<>();
        outside.forEach(value -> found.add(SegmentView.of(value)));
        return found;
    }

    /**
     * Gives a function that runs on the JVM the segments themselves.
     *
     * @param views of its first parameters
     */
    static Function onHost(Function function, List<@Nullable SegmentView> views) {
        Map<Value, SegmentView> known = new HashMap<>();
        for (int index = 0; index < views.size(); index++) {
            SegmentView view = views.get(index);
            if (view != null) {
                Value parameter = function.parameters().get(index);
                known.put(parameter, view);
                parameter.setType(Type.of(SegmentView.SEGMENT));
            }
        }
        if (known.isEmpty()) {
            return function;
        }
        Map<Value, Value> loaded = new HashMap<>();
        for (Block block : function.blocks()) {
            List<Instruction> all = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                boolean isWrite = instruction.opCode() == OpCode.ARRAY_STORE;
                SegmentView view =
                        isWrite || instruction.opCode() == OpCode.ARRAY_LOAD ? known.get(instruction.operand(0)) : null;
                if (view == null) {
                    all.add(instruction);
                    continue;
                }
                Emitter emitter = new Emitter(function, all::add, instruction.position());
                List<Value> operands = new ArrayList<>();
                operands.add(instruction.operand(0));
                operands.add(emitter.value(OpCode.GET_STATIC, view.layout().field()));
                operands.add(SegmentIndex.asked(instruction.operand(1), view.shift(), emitter));
                if (isWrite) {
                    operands.add(instruction.operand(2));
                }
                Instruction call = emitter.emit(OpCode.INVOKE_INTERFACE, SegmentAccess.method(view, isWrite), operands);
                if (!isWrite) {
                    loaded.put(instruction.value(), call.value());
                }
            }
            block.setInstructions(all);
        }
        function.replaceValues(loaded);
        return function;
    }

    /** Takes what is left of views out of host code, in which launches get the segments. */
    static void removeViews(Function host) {
        Map<Value, Value> segments = new HashMap<>();
        for (Block block : host.blocks()) {
            block.retainInstructions(instruction -> {
                boolean isView = SegmentView.of(instruction) != null;
                if (isView) {
                    segments.put(instruction.value(), instruction.operand(0));
                }
                return !isView;
            });
        }
        host.replaceValues(segments);
    }
}
