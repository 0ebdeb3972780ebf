package dev.jacobi.analysis;

import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which objects allocated in a function can be seen from outside of it, and which can be reached through memory at all. It does not
 * matter when: an object that is passed to a call at the end has escaped from the start.
 */
public final class Escapes {
    private final Set<Value> allocations = new LinkedHashSet<>();
    private final Set<Value> captured = new HashSet<>();
    private final Set<Value> visible = new HashSet<>();
    private final Set<Value> returned = new HashSet<>();

    private Escapes(Function function, Origins origins) {
        Map<Value, Set<Value>> storedIn = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode().effect() == OpCode.Effect.ALLOCATE) {
                    allocations.add(instruction.value());
                }
                switch (instruction.opCode()) {
                    case PUT_FIELD -> store(instruction.operand(0), instruction.operand(1), origins, storedIn);
                    case ARRAY_STORE -> store(instruction.operand(0), instruction.operand(2), origins, storedIn);
                    case PUT_STATIC -> leave(instruction.operand(0), origins);
                    default -> {
                        if (instruction.opCode().effect() == OpCode.Effect.CALL && !isObjectConstructor(instruction)) {
                            for (Value operand : instruction.operands()) {
                                leave(operand, origins);
                            }
                        }
                    }
                }
            }
            if (block.terminator() instanceof Terminator.Throw(Value exception, var _)) {
                leave(exception, origins);
            } else if (block.terminator() instanceof Terminator.Return(Value value, var _) && value != null) {
                returned.addAll(origins.of(value));
            }
        }
        for (Value allocation : allocations) {
            if (origins.isLost(allocation)) {
                captured.add(allocation);
                visible.add(allocation);
                returned.add(allocation);
            }
        }
        close(visible, origins, storedIn);
        close(returned, origins, storedIn);
    }

    /**
     * Adds all that can be reached from the objects in {@code reached}. What a load gave was stored into its base before, or into what
     * the base was loaded from.
     */
    private static void close(Set<Value> reached, Origins origins, Map<Value, Set<Value>> storedIn) {
        List<Value> open = new ArrayList<>(reached);
        Set<Value> contents = new HashSet<>(reached);
        while (!open.isEmpty()) {
            Value holder = open.removeLast();
            for (Value stored : storedIn.getOrDefault(holder, Set.of())) {
                reached.add(stored);
                if (contents.add(stored)) {
                    open.add(stored);
                }
            }
            Instruction definition = holder.definition();
            if (definition != null
                    && (definition.opCode() == OpCode.ARRAY_LOAD || definition.opCode() == OpCode.GET_FIELD)) {
                for (Value base : origins.of(definition.operand(0))) {
                    if (contents.add(base)) {
                        open.add(base);
                    }
                }
            }
        }
    }

    /** The constructor of Object does nothing; that of a class shows the object to code that is not here. */
    private static boolean isObjectConstructor(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_SPECIAL
                && instruction.method().name().equals("<init>")
                && instruction.method().owner().descriptorString().equals("Ljava/lang/Object;");
    }

    private void store(Value base, Value stored, Origins origins, Map<Value, Set<Value>> storedIn) {
        if (!stored.type().isReference()) {
            return;
        }
        Set<Value> values = origins.of(stored);
        captured.addAll(values);
        boolean leaves = !origins.isComplete(base);
        for (Value holder : origins.of(base)) {
            if (isAllocation(holder)) {
                storedIn.computeIfAbsent(holder, _ -> new HashSet<>()).addAll(values);
            } else {
                leaves = true;
            }
        }
        if (leaves) {
            leave(stored, origins);
        }
    }

    private void leave(Value value, Origins origins) {
        if (value.type().isReference()) {
            captured.addAll(origins.of(value));
            visible.addAll(origins.of(value));
        }
    }

    private static boolean isAllocation(Value value) {
        return value.definition() != null && value.definition().opCode().effect() == OpCode.Effect.ALLOCATE;
    }

    public static Escapes of(Function function, Origins origins) {
        return new Escapes(function, origins);
    }

    /** The results of all allocations, in the order of the blocks. */
    public Set<Value> allocations() {
        return allocations;
    }

    /** Whether a load or a call may give this object: it was stored somewhere, passed, or thrown. */
    public boolean isCaptured(Value allocation) {
        return captured.contains(allocation);
    }

    /** Whether code outside may reach the object while the function runs: by a call, by a store, or by throwing it. */
    public boolean isVisible(Value allocation) {
        return visible.contains(allocation);
    }

    /** Whether the object may be reached from what the function returns. */
    public boolean isReturned(Value allocation) {
        return returned.contains(allocation);
    }
}
