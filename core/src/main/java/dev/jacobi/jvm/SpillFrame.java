package dev.jacobi.jvm;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that outlined regions hand to each other in memory: one array for each computational type, allocated once for each call of the
 * function and passed to the regions. Each value has an element of its own, written where the value is defined.
 *
 * <p>The cost is one allocation of the arrays for each call of a function that had to be split and whose regions have several results. Objects
 * in the frame are reachable until the function returns.
 */
final class SpillFrame {
    private final Function function;
    private final Map<Value, Integer> elements = new LinkedHashMap<>();
    private final Map<Type.Kind, Integer> sizes = new EnumMap<>(Type.Kind.class);
    private final Map<Type.Kind, Value> arrays = new EnumMap<>(Type.Kind.class);
    private final List<Instruction> allocations = new ArrayList<>();

    SpillFrame(Function function) {
        this.function = function;
    }

    void add(Value value) {
        if (!elements.containsKey(value)) {
            elements.put(value, sizes.merge(value.type().kind(), 1, Integer::sum) - 1);
        }
    }

    boolean holds(Value value) {
        return elements.containsKey(value);
    }

    /** Makes the instructions that allocate the arrays, once it is known how many values there are. */
    void allocate() {
        sizes.forEach((kind, size) -> {
            Instruction length = function.newInstruction(OpCode.CONSTANT, size, List.of(), null);
            Instruction array =
                    function.newInstruction(OpCode.NEW_ARRAY, component(kind), List.of(length.value()), null);
            array.setProved(true);
            allocations.add(length);
            allocations.add(array);
            arrays.put(kind, array.value());
        });
    }

    void insertAllocations() {
        for (int i = 0; i < allocations.size(); i++) {
            function.entry().insert(i, allocations.get(i));
        }
    }

    /** The array that holds the value. */
    Value array(Value value) {
        return Objects.requireNonNull(arrays.get(value.type().kind()));
    }

    private static ClassDesc component(Type.Kind kind) {
        return switch (kind) {
            case INT -> ConstantDescs.CD_int;
            case LONG -> ConstantDescs.CD_long;
            case FLOAT -> ConstantDescs.CD_float;
            case DOUBLE -> ConstantDescs.CD_double;
            case REFERENCE, VOID -> ConstantDescs.CD_Object;
        };
    }

    /** The instructions that read the element of a value; the last has the result. */
    List<Instruction> load(Value value, Function into, Value array) {
        Instruction index = into.newInstruction(OpCode.CONSTANT, elements.get(value), List.of(), null);
        Instruction load = into.newInstruction(
                OpCode.ARRAY_LOAD, component(value.type().kind()), List.of(array, index.value()), null);
        load.value().setType(value.type());
        load.setProved(true);
        return List.of(index, load);
    }

    /** The instructions that write {@code copy} to the element of {@code value}. */
    List<Instruction> store(Value value, Value copy, Function into, Value array) {
        Instruction index = into.newInstruction(OpCode.CONSTANT, elements.get(value), List.of(), null);
        Instruction store = into.newInstruction(
                OpCode.ARRAY_STORE, component(value.type().kind()), List.of(array, index.value(), copy), null);
        store.setProved(true);
        return List.of(index, store);
    }

    /** The value that can be kept after an instruction: its result, but an object only once its constructor has run. */
    static @Nullable Value ready(Instruction instruction) {
        if (instruction.opCode() == OpCode.NEW) {
            return null;
        }
        return SplitLongBlocks.initialises(instruction) ? instruction.operand(0) : instruction.result();
    }

    /**
     * Writes what the rest of the function defines and its regions read.
     *
     * @param results the calls that return values of regions
     */
    void storeDefinitionsOf(Function rest, Map<Value, Value> results) {
        Map<Value, Value> framed = new HashMap<>();
        elements.keySet().forEach(value -> framed.put(results.getOrDefault(value, value), value));
        for (Block block : List.copyOf(rest.blocks())) {
            List<Instruction> code = new ArrayList<>();
            for (Value parameter : block.parameters()) {
                if (framed.containsKey(parameter)) {
                    code.addAll(store(parameter, parameter, rest, array(parameter)));
                }
            }
            List<Instruction> after = List.of();
            for (Instruction instruction : block.instructions()) {
                code.add(instruction);
                Value ready = ready(instruction);
                if (ready != null && framed.containsKey(ready)) {
                    List<Instruction> stores = store(framed.get(ready), ready, rest, array(ready));
                    boolean last = BlockOrder.usesHandlers(block) && instruction == BlockOrder.throwing(block);
                    if (last) {
                        after = stores;
                    } else {
                        code.addAll(stores);
                    }
                }
            }
            if (code.size() > block.instructions().size()) {
                block.setInstructions(code);
            }
            if (!after.isEmpty()) {
                Block next = rest.newBlock();
                after.forEach(next::append);
                next.setTerminator(block.terminator());
                block.setTerminator(new Terminator.Jump(Edge.to(next), null));
            }
        }
    }

    /**
     * Reads in each block of the rest of the function what its code uses but regions define; constants are made again.
     *
     * @param moved the values that were defined in regions
     * @param entries blocks that hold the call of a region, after which reads go
     */
    void loadUses(Function rest, Set<Value> moved, Collection<Block> entries) {
        for (Block block : rest.blocks()) {
            Map<Value, Value> local = new HashMap<>();
            List<Instruction> loads = new ArrayList<>();
            block.mapUses(value -> {
                if (!moved.contains(value)) {
                    return value;
                }
                return local.computeIfAbsent(value, used -> {
                    List<Instruction> code = TreeSchedule.isConstant(used)
                            ? List.of(constant(used, rest))
                            : load(used, rest, array(used));
                    loads.addAll(code);
                    return code.getLast().value();
                });
            });
            if (loads.isEmpty()) {
                continue;
            }
            List<Instruction> code = new ArrayList<>(block.instructions());
            code.addAll(entries.contains(block) ? code.size() : 0, loads);
            block.setInstructions(code);
        }
    }

    /** The same constant in another function. */
    static Instruction constant(Value value, Function into) {
        Instruction definition = Objects.requireNonNull(value.definition());
        Instruction copy =
                into.newInstruction(definition.opCode(), definition.attribute(), List.of(), definition.position());
        copy.value().setType(value.type());
        return copy;
    }
}
