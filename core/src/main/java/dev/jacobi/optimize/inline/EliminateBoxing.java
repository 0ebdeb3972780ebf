package dev.jacobi.optimize.inline;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.EmbeddedObject;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers that were boxed in the same function without their boxes, also where boxes meet in block parameters.
 *
 * <p>What is replaced are the methods that take a number out of a box, casts, type tests and comparisons with null. A box whose identity
 * or {@code equals} matters stays; {@link RemoveUnusedObjects} removes those that are not used any more.
 */
public final class EliminateBoxing {
    private static final Set<ClassDesc> SUPERTYPES_OF_ALL = Set.of(
            ConstantDescs.CD_Object,
            Comparable.class.describeConstable().orElseThrow(),
            java.io.Serializable.class.describeConstable().orElseThrow(),
            java.lang.constant.Constable.class.describeConstable().orElseThrow());

    private final Function function;
    private final Map<Value, Box> boxes;
    private final Map<Value, Value> unboxed = new HashMap<>();
    private final List<Value> openParameters = new ArrayList<>();
    private final Map<Value, Value> replacements = new HashMap<>();
    private final List<Instruction> entryConstants = new ArrayList<>();
    private boolean changed;

    private EliminateBoxing(Function function) {
        this.function = function;
        this.boxes = findBoxes(function);
    }

    public static boolean run(Function function) {
        return new EliminateBoxing(function).eliminate();
    }

    /** The values that are surely boxes of one kind, by optimistic propagation. */
    private static Map<Value, Box> findBoxes(Function function) {
        if (!makesBox(function)) {
            return Map.of();
        }
        Map<Value, @Nullable Box> known = new HashMap<>(); // null: no box; absent: not reached yet
        boolean[] progress = {true};
        BiConsumer<Value, Value> flow = (target, source) -> {
            if (!known.containsKey(source)) {
                return;
            }
            Box incoming = known.get(source);
            if (!known.containsKey(target)) {
                known.put(target, incoming);
                progress[0] = true;
            } else if (known.get(target) != null && known.get(target) != incoming) {
                known.put(target, null);
                progress[0] = true;
            }
        };
        function.parameters().forEach(parameter -> known.put(parameter, null));
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null && instruction.opCode() != OpCode.CHECK_CAST) {
                    known.put(instruction.value(), madeBy(instruction));
                }
            }
            block.handlers()
                    .forEach(handler -> known.put(handler.edge().target().parameter(0), null));
        }
        while (progress[0]) {
            progress[0] = false;
            for (Block block : function.blocks()) {
                for (Instruction instruction : block.instructions()) {
                    if (instruction.opCode() == OpCode.CHECK_CAST) {
                        flow.accept(instruction.value(), instruction.operand(0));
                    }
                }
                forEachPassed(block, flow);
            }
        }
        Map<Value, Box> found = new HashMap<>();
        known.forEach((value, box) -> {
            if (box != null) {
                found.put(value, box);
            }
        });
        return found;
    }

    private static boolean makesBox(Function function) {
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.result() != null && madeBy(instruction) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void forEachPassed(Block block, BiConsumer<Value, Value> action) {
        for (Edge edge : block.terminator().edges()) {
            forEachPassed(edge, 0, action);
        }
        for (Handler handler : block.handlers()) {
            forEachPassed(handler.edge(), 1, action);
        }
    }

    private static void forEachPassed(Edge edge, int first, BiConsumer<Value, Value> action) {
        for (int index = 0; index < edge.arguments().size(); index++) {
            action.accept(
                    edge.target().parameter(index + first), edge.arguments().get(index));
        }
    }

    private static @Nullable Box madeBy(Instruction instruction) {
        return switch (instruction.opCode()) {
            case INVOKE_STATIC -> {
                Box box = Box.ofWrapper(instruction.method().owner());
                yield box != null && instruction.method().equals(box.boxing()) ? box : null;
            }
            case EMBED ->
                Box.ofWrapper(((EmbeddedObject) instruction.attribute())
                        .object()
                        .getClass()
                        .describeConstable()
                        .orElse(ConstantDescs.CD_Object));
            default -> null;
        };
    }

    private boolean eliminate() {
        if (boxes.isEmpty()) {
            return false;
        }
        for (Block block : List.copyOf(function.blocks())) {
            List<Instruction> rewritten = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                rewrite(instruction, rewritten);
            }
            block.setInstructions(rewritten);
        }
        passUnboxed();
        function.replaceValues(replacements);
        return changed;
    }

    private void rewrite(Instruction instruction, List<Instruction> rewritten) {
        Box box = instruction.operands().isEmpty() ? null : boxes.get(instruction.operand(0));
        if (box == null) {
            rewritten.add(instruction);
            return;
        }
        Value operand = instruction.operand(0);
        switch (instruction.opCode()) {
            case INVOKE_VIRTUAL -> {
                Box target = unboxing(instruction.method(), box);
                if (target == null) {
                    rewritten.add(instruction);
                    return;
                }
                Value number = convert(unbox(operand, box), box, target, instruction, rewritten);
                replacements.put(instruction.value(), number);
            }
            case CHECK_CAST -> {
                if (!isSupertype(instruction.classAttribute(), box)) {
                    rewritten.add(instruction);
                    return;
                }
                replacements.put(instruction.value(), operand);
            }
            case INSTANCE_OF ->
                replacements.put(
                        instruction.value(),
                        constant(isSupertype(instruction.classAttribute(), box) ? 1 : 0, instruction, rewritten));
            case NULL_CHECK -> {}
            case EQ, NE -> {
                if (!isNull(instruction.operand(1))) {
                    rewritten.add(instruction);
                    return;
                }
                replacements.put(
                        instruction.value(),
                        constant(instruction.opCode() == OpCode.NE ? 1 : 0, instruction, rewritten));
            }
            default -> {
                rewritten.add(instruction);
                return;
            }
        }
        changed = true;
    }

    /** The primitive that a method takes out of a box of this kind, or null if it does something else. */
    private static @Nullable Box unboxing(MethodReference method, Box box) {
        for (Box target : Box.values()) {
            if (method.equals(box.unboxing()) && target == box) {
                return box;
            }
            if (box.isNumber()
                    && target.isNumber()
                    && (method.equals(box.conversionTo(target)) || method.equals(Box.numberConversionTo(target)))) {
                return target;
            }
        }
        return null;
    }

    private static boolean isSupertype(ClassDesc type, Box box) {
        return type.equals(box.wrapper())
                || SUPERTYPES_OF_ALL.contains(type)
                || box.isNumber() && type.equals(Box.NUMBER);
    }

    private static boolean isNull(Value value) {
        Instruction definition = value.definition();
        return definition != null
                && definition.opCode() == OpCode.CONSTANT
                && definition.attribute() == Instruction.NULL;
    }

    private Value constant(Object number, Instruction at, List<Instruction> into) {
        Instruction made = function.newInstruction(OpCode.CONSTANT, number, List.of(), at.position());
        into.add(made);
        return made.value();
    }

    /** The number in the box; where boxes meet, that of a parameter beside the one that takes the boxes. */
    private Value unbox(Value value, Box box) {
        Instruction definition = value.definition();
        if (definition == null) {
            Value known = unboxed.get(value);
            if (known == null) {
                known = value.block().addParameter(Type.of(box.primitive()));
                unboxed.put(value, known);
                openParameters.add(value);
            }
            return known;
        }
        return switch (definition.opCode()) {
            case CHECK_CAST -> unbox(definition.operand(0), box);
            case INVOKE_STATIC -> definition.operand(0);
            default -> unboxed.computeIfAbsent(value, _ -> embedded(definition));
        };
    }

    /** The number in an embedded box, as a constant at the start of the function. */
    private Value embedded(Instruction definition) {
        Object number = Closure.number(((EmbeddedObject) definition.attribute()).object());
        Instruction made = function.newInstruction(OpCode.CONSTANT, number, List.of(), definition.position());
        entryConstants.add(made);
        return made.value();
    }

    private void passUnboxed() {
        while (!openParameters.isEmpty()) {
            Value parameter = openParameters.removeLast();
            Block target = parameter.block();
            Box box = boxes.get(parameter);
            int index = target.parameters().indexOf(parameter);
            for (Block block : function.blocks()) {
                block.setTerminator(block.terminator().mapEdges(edge -> plusUnboxed(edge, target, index, box)));
                block.setHandlers(block.handlers().stream()
                        .map(handler ->
                                new Handler(handler.catchType(), plusUnboxed(handler.edge(), target, index - 1, box)))
                        .toList());
            }
        }
        entryConstants.forEach(constant -> function.entry().insert(0, constant));
    }

    private Edge plusUnboxed(Edge edge, Block target, int index, Box box) {
        return edge.target() == target ? edge.plus(unbox(edge.arguments().get(index), box)) : edge;
    }

    private Value convert(Value value, Box from, Box to, Instruction at, List<Instruction> into) {
        if (from == to) {
            return value;
        }
        boolean narrow = to == Box.BYTE || to == Box.SHORT;
        Value wide = value;
        if (!narrow || Type.of(from.primitive()) != Type.INT) {
            wide = primitive(value, narrow ? ConstantDescs.CD_int : to.primitive(), at, into);
        }
        return narrow && !(from == Box.BYTE && to == Box.SHORT) ? primitive(wide, to.primitive(), at, into) : wide;
    }

    private Value primitive(Value value, ClassDesc to, Instruction at, List<Instruction> into) {
        if (value.type().equals(Type.of(to)) && (Type.of(to) != Type.INT || to.equals(ConstantDescs.CD_int))) {
            return value;
        }
        Instruction made = function.newInstruction(OpCode.CONVERT, to, List.of(value), at.position());
        into.add(made);
        return made.value();
    }
}
