package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Allocations of one class, or of arrays of one component and length, together with the block parameters that hold nothing but them.
 *
 * <p>Such a group can live in scalars if each use of it reads or writes a part, asks for its length, compares it with something else, or
 * passes it to a parameter of the group; and if no object changes any more once it has been passed, so that a parameter can hold a copy
 * of the parts.
 */
final class AllocationGroup {
    /** One field, or one element of an array. */
    record Part(Object key, Type type, ClassDesc descriptor) {}

    private static final int LONGEST_ARRAY = 64;

    private final Function function;
    private final Uses uses;
    private final ClassKnowledge classes;
    private final Map<Value, List<Value>> passed;
    private final Set<Value> exceptions;
    private final Set<Value> allocations = new LinkedHashSet<>();
    private final Set<Value> parameters = new LinkedHashSet<>();
    private final Map<Object, Part> parts = new LinkedHashMap<>();
    private final Map<String, FieldReference> owners = new HashMap<>();

    private AllocationGroup(
            Function function,
            Uses uses,
            ClassKnowledge classes,
            Map<Value, List<Value>> passed,
            Set<Value> exceptions) {
        this.function = function;
        this.uses = uses;
        this.classes = classes;
        this.passed = passed;
        this.exceptions = exceptions;
    }

    /** The group of {@code allocation}, which {@link #isSmall}, if it can live in scalars, else null. All that was looked at is put into {@code seen}. */
    static @Nullable AllocationGroup find(
            Function function,
            Value allocation,
            Uses uses,
            ClassKnowledge classes,
            Map<Value, List<Value>> passed,
            Set<Value> exceptions,
            Set<Value> seen) {
        AllocationGroup group = new AllocationGroup(function, uses, classes, passed, exceptions);
        boolean closed = group.collect(allocation);
        seen.addAll(group.allocations);
        if (!closed) {
            return null;
        }
        for (Value value : group.values()) {
            for (Use use : uses.of(value)) {
                if (!group.accept(value, use)) {
                    return null;
                }
            }
        }
        return group.staysAfterPassing() ? group : null;
    }

    Set<Value> allocations() {
        return allocations;
    }

    Set<Value> parameters() {
        return parameters;
    }

    List<Part> parts() {
        return List.copyOf(parts.values());
    }

    boolean contains(Value value) {
        return allocations.contains(value) || parameters.contains(value);
    }

    private List<Value> values() {
        List<Value> values = new ArrayList<>(allocations);
        values.addAll(parameters);
        return values;
    }

    private boolean collect(Value allocation) {
        List<Value> open = new ArrayList<>(List.of(allocation));
        allocations.add(allocation);
        while (!open.isEmpty()) {
            Value value = open.removeLast();
            for (Use use : uses.of(value)) {
                if (use instanceof Use.Passed way && parameters.add(way.parameter())) {
                    open.add(way.parameter());
                }
            }
            if (value.parameterOf() == null) {
                continue;
            }
            if (value.parameterOf() == function.entry() || !passed.containsKey(value) || exceptions.contains(value)) {
                return false;
            }
            for (Value argument : passed.get(value)) {
                if (argument.parameterOf() != null) {
                    if (parameters.add(argument)) {
                        open.add(argument);
                    }
                } else if (!isAlike(allocation, argument)) {
                    return false;
                } else if (allocations.add(argument)) {
                    open.add(argument);
                }
            }
        }
        return true;
    }

    private static boolean isAlike(Value allocation, Value other) {
        Instruction one = definition(allocation);
        Instruction two = other.definition();
        return two != null
                && one.opCode() == two.opCode()
                && Objects.equals(one.attribute(), two.attribute())
                && (one.opCode() == OpCode.NEW
                        || Objects.equals(Constants.of(one.operand(0)), Constants.of(two.operand(0))));
    }

    /** Whether the instruction makes an object, or an array that is not too long. */
    static boolean isSmall(Instruction allocation) {
        return allocation.opCode() == OpCode.NEW
                || allocation.opCode() == OpCode.NEW_ARRAY
                        && Constants.of(allocation.operand(0)) instanceof Integer length
                        && length >= 0
                        && length <= LONGEST_ARRAY;
    }

    private static Instruction definition(Value value) {
        return Objects.requireNonNull(value.definition());
    }

    private boolean accept(Value value, Use use) {
        return switch (use) {
            case Use.OfTerminator _ -> false;
            case Use.Passed way -> parameters.contains(way.parameter());
            case Use.Operand(Instruction instruction, int index) -> accept(value, instruction, index);
        };
    }

    private boolean accept(Value value, Instruction instruction, int index) {
        return switch (instruction.opCode()) {
            case NULL_CHECK, ARRAY_LENGTH -> true;
            case INVOKE_SPECIAL -> isObjectConstructor(instruction);
            case EQ, NE ->
                instruction.operand(0) == instruction.operand(1) || !contains(instruction.operand(1 - index));
            case GET_FIELD -> isNamedOneWay(instruction.field());
            case PUT_FIELD -> index == 0 && isStoredDirectly(value, instruction) && isNamedOneWay(instruction.field());
            case ARRAY_LOAD -> index == 0 && isElement(value, instruction);
            case ARRAY_STORE ->
                index == 0
                        && isStoredDirectly(value, instruction)
                        && isElement(value, instruction)
                        && isStorable(value, instruction);
            default -> false;
        };
    }

    static boolean isObjectConstructor(Instruction instruction) {
        return instruction.method().name().equals("<init>")
                && instruction.method().owner().descriptorString().equals("Ljava/lang/Object;");
    }

    private boolean isStoredDirectly(Value value, Instruction store) {
        return allocations.contains(value)
                && store.operands().indexOf(value) == store.operands().lastIndexOf(value);
    }

    /** Whether the field is named through one class only: through two it may be two fields of one name. */
    private boolean isNamedOneWay(FieldReference field) {
        FieldReference known =
                owners.putIfAbsent(field.name() + ":" + field.type().descriptorString(), field);
        parts.putIfAbsent(field, new Part(field, Type.of(field.type()), field.type()));
        return known == null || known.equals(field);
    }

    private boolean isElement(Value array, Instruction access) {
        Instruction allocation = definition(allocations.iterator().next());
        if (allocation.opCode() != OpCode.NEW_ARRAY
                || !(Constants.of(access.operand(1)) instanceof Integer index)
                || !(Constants.of(allocation.operand(0)) instanceof Integer length)
                || index < 0
                || index >= length
                || array == access.operand(1)) {
            return false;
        }
        ClassDesc component = allocation.classAttribute();
        parts.putIfAbsent(index, new Part(index, Type.of(component), component));
        return true;
    }

    private boolean isStorable(Value array, Instruction store) {
        if (store.classAttribute().isPrimitive() || Constants.isNull(store.operand(2))) {
            return array != store.operand(2);
        }
        ClassDesc component = definition(allocations.iterator().next()).classAttribute();
        return classes.isAlways(store.operand(2).type(), component);
    }

    /** Whether no way leads from where an object is passed to where it is stored into, unless another one is made between. */
    private boolean staysAfterPassing() {
        for (Value allocation : allocations) {
            Set<Block> from = new HashSet<>();
            Set<Block> to = new HashSet<>();
            for (Use use : uses.of(allocation)) {
                if (use instanceof Use.Passed) {
                    from.add(use.block());
                } else if (use instanceof Use.Operand(Instruction instruction, var _)
                        && instruction.opCode().effect() == OpCode.Effect.WRITE) {
                    to.add(use.block());
                }
            }
            if (isReached(from, Set.of(allocation.block()), to)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a way of at least one edge leads from one set to another without entering {@code barriers}. */
    private static boolean isReached(Set<Block> from, Set<Block> barriers, Set<Block> to) {
        List<Block> open = new ArrayList<>(from);
        Set<Block> reached = new HashSet<>();
        while (!open.isEmpty()) {
            for (Block successor : open.removeLast().successors()) {
                if (!barriers.contains(successor) && reached.add(successor)) {
                    if (to.contains(successor)) {
                        return true;
                    }
                    open.add(successor);
                }
            }
        }
        return false;
    }
}
