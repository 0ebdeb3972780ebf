package dev.jacobi.offload.extract;

import dev.jacobi.autodiff.Emitter;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The round of a kernel, or the part of one that adds up, where each array from outside is a part of one, for loops whose arrays do not fit into a device's memory. Before the index it takes two more ints for each array: the place of its first element in the whole array, and the length of that.
 * An element that is not in the part fails, as one that is not in the array does.
 */
public final class WindowedKernel {
    private record Window(Value first, Value length) {}

    private final Function function;
    private final Map<Value, Window> windows = new HashMap<>();
    private final Map<Value, Value> replaced = new HashMap<>();

    private WindowedKernel(Function function) {
        this.function = function;
    }

    /** @return nothing if the rounds add up and do more than that, make arrays in the device's memory, have arrays of arrays, or do more with an array than read and write its elements and ask for its length */
    public static Optional<Function> of(Kernel kernel) {
        Function round = kernel.isInParts() ? kernel.continued() : kernel.round();
        boolean isPlain = !kernel.addsAtomically()
                && !kernel.memory().isNeeded()
                && kernel.memory().known() == 0
                && kernel.uses().stream().noneMatch(RowsUse.class::isInstance);
        if (!isPlain || round == null) {
            return Optional.empty();
        }
        Function function = round.copy();
        return new WindowedKernel(function).run(kernel) ? Optional.of(function) : Optional.empty();
    }

    private boolean run(Kernel kernel) {
        Block entry = function.entry();
        List<Value> before = List.copyOf(entry.parameters());
        for (int index = 0; index < kernel.uses().size(); index++) {
            if (kernel.uses().get(index) != null) {
                windows.put(before.get(index), new Window(entry.addParameter(Type.INT), entry.addParameter(Type.INT)));
            }
        }
        Value index = before.getLast();
        replaced.put(index, entry.addParameter(index.type()));
        for (Block block : function.blocks()) {
            if (block.terminator().operands().stream().anyMatch(windows::containsKey)) {
                return false;
            }
            for (Edge edge : block.edges()) {
                if (edge.arguments().stream().anyMatch(windows::containsKey)) {
                    return false;
                }
            }
            List<Instruction> after = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                if (!use(instruction, after)) {
                    return false;
                }
            }
            block.setInstructions(after);
        }
        entry.removeParameter(before.size() - 1);
        function.replaceValues(replaced);
        return true;
    }

    /** Takes an instruction over, with places in the part for places in the array. */
    private boolean use(Instruction instruction, List<Instruction> after) {
        List<Value> operands = instruction.operands();
        Window window = operands.isEmpty() ? null : windows.get(operands.getFirst());
        if (window == null) {
            after.add(instruction);
            return operands.stream().noneMatch(windows::containsKey);
        }
        if (operands.subList(1, operands.size()).stream().anyMatch(windows::containsKey)) {
            return false;
        }
        switch (instruction.opCode()) {
            case ARRAY_LOAD, ARRAY_STORE -> {
                Emitter emitter = new Emitter(function, after::add, instruction.position());
                // Exact also where ints wrap around: no part is as long as that.
                Value place = emitter.value(OpCode.SUB, null, operands.get(1), window.first());
                List<Value> inPart = new ArrayList<>(operands);
                inPart.set(1, place);
                Instruction access = emitter.emit(instruction.opCode(), instruction.attribute(), inPart);
                access.copyMarks(instruction);
                if (instruction.result() != null) {
                    access.value().setType(instruction.value().type());
                    replaced.put(instruction.value(), access.value());
                }
            }
            case ARRAY_LENGTH -> replaced.put(instruction.value(), window.length());
            case NULL_CHECK -> {
                // No array is null that a launch gets.
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
