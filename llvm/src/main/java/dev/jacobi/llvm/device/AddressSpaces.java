package dev.jacobi.llvm.device;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.Value;
import dev.jacobi.llvm.device.DeviceTarget.Space;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In which memory each array of a function is. An array that may be in either of two is refused: device code says where it reads. */
final class AddressSpaces {
    private final Function function;
    private final Map<Value, Space> spaces = new HashMap<>();
    private boolean changed;

    /** @param parameters where the arrays among the parameters are, null for numbers */
    AddressSpaces(Function function, List<@Nullable Space> parameters) {
        this.function = function;
        for (int index = 0; index < parameters.size(); index++) {
            Space space = parameters.get(index);
            if (space != null) {
                spaces.put(function.parameters().get(index), space);
            }
        }
        do {
            changed = false;
            function.blocks().forEach(this::follow);
        } while (changed);
    }

    /** Null is in all, and where nothing else is said, in the memory of the device. */
    Space of(Value array) {
        return spaces.getOrDefault(array, Space.GLOBAL);
    }

    private void follow(Block block) {
        for (Instruction instruction : block.instructions()) {
            Value result = instruction.result();
            if (result == null || !result.type().isReference()) {
                continue;
            }
            switch (instruction.opCode()) {
                case NEW_ARRAY -> put(result, Space.PRIVATE, instruction);
                case GET_STATIC -> put(result, Space.CONSTANT, instruction);
                case SELECT -> {
                    put(result, spaces.get(instruction.operand(1)), instruction);
                    put(result, spaces.get(instruction.operand(2)), instruction);
                }
                case CHECK_CAST -> put(result, spaces.get(instruction.operand(0)), instruction);
                default -> {
                    // Null, or refused when it is written.
                }
            }
        }
        for (Edge edge : block.edges()) {
            List<Value> parameters = edge.target().parameters();
            int first = parameters.size() - edge.arguments().size();
            for (int index = 0; index < edge.arguments().size(); index++) {
                Value parameter = parameters.get(first + index);
                if (parameter.type().isReference()) {
                    put(parameter, spaces.get(edge.arguments().get(index)), null);
                }
            }
        }
    }

    private void put(Value value, @Nullable Space space, @Nullable Instruction instruction) {
        if (space == null) {
            return;
        }
        Space before = spaces.putIfAbsent(value, space);
        if (before == null) {
            changed = true;
        } else if (before != space) {
            throw DeviceCode.refuse(
                    function,
                    "chooses between an array that it is given and one of its own",
                    instruction == null ? null : instruction.position());
        }
    }
}
