package dev.jacobi.optimize.streams;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.inline.SplitAtThrows;
import dev.jacobi.optimize.streams.StreamChain.Element;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts streams at {@code sorted}: what comes before is collected in an array, which is sorted and becomes the source of what comes after. As in the JDK all
 * elements have come before the first one goes on.
 */
final class SortedStages {
    private static final ClassDesc ARRAYS = Arrays.class.describeConstable().orElseThrow();
    private static final ClassDesc COMPARATOR =
            Comparator.class.describeConstable().orElseThrow();

    private SortedStages() {}

    /** Cuts at the last {@code sorted} before a terminal operation, if there is one. */
    static boolean cut(Instruction terminal, Map<Value, Integer> uses) {
        if (!consumesInOrder(terminal)) {
            return false;
        }
        List<Instruction> after = new ArrayList<>();
        Instruction current = terminal;
        while (true) {
            Value stream = current.operand(0);
            Instruction made = stream.definition();
            if (made != null
                    && made.opCode() == OpCode.CHECK_CAST
                    && uses.getOrDefault(stream, 0) == 1
                    && Element.of(made.classAttribute()).isPresent()) {
                after.addFirst(made);
                current = made;
                continue;
            }
            if (made == null
                    || uses.getOrDefault(stream, 0) != 1
                    || made.opCode() != OpCode.INVOKE_INTERFACE
                    || Element.of(made.method().owner()).isEmpty()) {
                return false;
            }
            if (made.method().name().equals("sorted")) {
                cut(made, after, terminal);
                return true;
            }
            after.addFirst(made);
            current = made;
        }
    }

    private static boolean consumesInOrder(Instruction call) {
        if (StreamIteration.elementOfIterated(call).isPresent()) {
            return true;
        }
        return call.opCode() == OpCode.INVOKE_INTERFACE
                && Element.of(call.method().owner())
                        .filter(element -> Terminal.isKnown(call, element))
                        .isPresent()
                && !call.method().name().equals("count");
    }

    private static void cut(Instruction sorted, List<Instruction> after, Instruction terminal) {
        Element element = Element.of(sorted.method().owner()).orElseThrow();
        ClassDesc array = element.component().arrayType();
        ClassDesc stream = sorted.method().owner();
        Block block = terminal.block();
        Function function = block.function();
        List<Instruction> made = new ArrayList<>();
        MethodReference toArray = new MethodReference(stream, "toArray", MethodTypeDesc.of(array), true);
        Instruction elements = function.newInstruction(
                OpCode.INVOKE_INTERFACE, toArray, List.of(sorted.operand(0)), sorted.position());
        made.add(elements);
        List<Value> operands = new ArrayList<>(List.of(elements.value()));
        List<ClassDesc> types = new ArrayList<>(List.of(array));
        if (sorted.operands().size() == 2) {
            operands.add(sorted.operand(1));
            types.add(COMPARATOR);
        }
        MethodTypeDesc sort = MethodTypeDesc.of(ConstantDescs.CD_void, types);
        made.add(function.newInstruction(
                OpCode.INVOKE_STATIC, new MethodReference(ARRAYS, "sort", sort, false), operands, sorted.position()));
        MethodReference ofArray = new MethodReference(ARRAYS, "stream", MethodTypeDesc.of(stream, array), false);
        Instruction again =
                function.newInstruction(OpCode.INVOKE_STATIC, ofArray, List.of(elements.value()), sorted.position());
        made.add(again);
        Value current = again.value();
        for (Instruction stage : after) {
            List<Value> moved = new ArrayList<>(stage.operands());
            moved.set(0, current);
            Instruction copy = function.newInstruction(stage.opCode(), stage.attribute(), moved, stage.position());
            made.add(copy);
            current = copy.value();
        }
        Value before = terminal.operand(0);
        Value now = current;
        terminal.mapOperands(value -> value == before ? now : value);
        after.reversed().forEach(stage -> checkInstead(stage));
        checkInstead(sorted);
        int index = block.instructions().indexOf(terminal);
        for (Instruction each : made) {
            block.insert(index++, each);
        }
        if (!block.handlers().isEmpty()) {
            SplitAtThrows.split(block);
        }
    }

    /** What a stage checked is still checked where it stood. */
    private static void checkInstead(Instruction stage) {
        Block block = stage.block();
        int index = block.instructions().indexOf(stage);
        block.remove(stage);
        Optional<Value> function = stage.operands().stream()
                .skip(1)
                .filter(operand -> operand.type().isReference())
                .findFirst();
        if (function.isPresent() && !stage.method().name().equals("sorted")) {
            block.insert(
                    index,
                    block.function()
                            .newInstruction(OpCode.NULL_CHECK, null, List.of(function.get()), stage.position()));
        }
    }
}
