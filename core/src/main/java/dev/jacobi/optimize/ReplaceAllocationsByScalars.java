package dev.jacobi.optimize;

import dev.jacobi.analysis.ClassKnowledge;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.analysis.SsaVariables;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Handler;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import dev.jacobi.optimize.AllocationGroup.Part;
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
 * Puts the fields of objects, and the elements of small arrays at constant indices, into values, and removes the object: for objects
 * that are never passed, returned, thrown, stored or locked, and not compared with each other. They may be carried through merges and
 * loops, where they become one parameter for each part, if they do not change after that.
 *
 * <p>The allocation itself stays, unused, if making it may run a static initialiser that could be observed. Arrays of more than 64
 * elements are left alone.
 */
public final class ReplaceAllocationsByScalars {
    private static final int ROUNDS = 12;

    private record Variable(Value allocation, Part part) {}

    private final Function function;
    private final ClassKnowledge classes;
    private final Map<Value, AllocationGroup> groups = new LinkedHashMap<>();
    private final Map<Value, Map<Part, Value>> partsOfParameters = new HashMap<>();
    private final Map<Block, List<Value>> replacedParameters = new HashMap<>();
    private final Map<Value, Value> replacements = new HashMap<>();
    private final SsaVariables<Variable> variables;
    private List<Instruction> kept = new ArrayList<>();

    private ReplaceAllocationsByScalars(Function function, ClassKnowledge classes) {
        this.function = function;
        this.classes = classes;
        this.variables = new SsaVariables<>(function, new SsaVariables.Variables<>() {
            @Override
            public Type type(Variable variable) {
                return variable.part().type();
            }

            @Override
            public @Nullable Value initial(Variable variable) {
                return null;
            }
        });
    }

    public static boolean run(Function function) {
        return run(function, ClassKnowledge.PLATFORM);
    }

    public static boolean run(Function function, ClassKnowledge classes) {
        boolean changed = EliminateDeadCode.removeUnreachable(function);
        // Objects within objects come free when those around them are gone.
        for (int round = 0; round < ROUNDS; round++) {
            if (!new ReplaceAllocationsByScalars(function, classes).replace()) {
                break;
            }
            RemoveRedundantParameters.run(function);
            FoldConstants.run(function, classes);
            changed = true;
        }
        return changed;
    }

    private boolean replace() {
        findGroups();
        if (groups.isEmpty()) {
            return false;
        }
        for (AllocationGroup group : new LinkedHashSet<>(groups.values())) {
            for (Value parameter : group.parameters()) {
                replacedParameters
                        .computeIfAbsent(parameter.block(), _ -> new ArrayList<>())
                        .add(parameter);
            }
        }
        for (Block block : function.blocks()) {
            for (Value parameter : replacedParameters.getOrDefault(block, List.of())) {
                Map<Part, Value> parts = new LinkedHashMap<>();
                for (Part part : group(parameter).parts()) {
                    parts.put(part, block.addParameter(part.type()));
                }
                partsOfParameters.put(parameter, parts);
            }
        }
        for (Block block : ReversePostorder.of(function).blocks()) {
            rewrite(block);
        }
        variables.finish();
        Set<Value> gone = new HashSet<>();
        replacedParameters.values().forEach(gone::addAll);
        Parameters.remove(function, gone);
        function.replaceValues(replacements);
        return true;
    }

    private void findGroups() {
        List<Value> candidates = candidates();
        if (candidates.isEmpty()) {
            return;
        }
        Uses uses = Uses.of(function);
        Map<Value, List<Value>> passed = new HashMap<>();
        for (Block block : function.blocks()) {
            Parameters.forEachPassed(
                    block,
                    (parameter, argument) -> passed.computeIfAbsent(parameter, _ -> new ArrayList<>(2))
                            .add(argument));
        }
        Set<Value> exceptions = Parameters.exceptions(function);
        Set<Value> seen = new HashSet<>();
        for (Value candidate : candidates) {
            if (!uses.isUsed(candidate) || seen.contains(candidate)) {
                continue;
            }
            AllocationGroup group = AllocationGroup.find(function, candidate, uses, classes, passed, exceptions, seen);
            if (group != null) {
                group.allocations().forEach(allocation -> groups.put(allocation, group));
                group.parameters().forEach(parameter -> groups.put(parameter, group));
            }
        }
    }

    /** What is small enough: many functions have nothing of the kind. */
    private List<Value> candidates() {
        List<Value> candidates = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (AllocationGroup.isSmall(instruction)) {
                    candidates.add(instruction.value());
                }
            }
        }
        return candidates;
    }

    private AllocationGroup group(Value value) {
        return Objects.requireNonNull(groups.get(value));
    }

    private void rewrite(Block block) {
        kept = new ArrayList<>();
        boolean changed = false;
        for (Instruction instruction : block.instructions()) {
            changed |= rewrite(block, instruction);
        }
        if (changed) {
            block.setInstructions(kept);
        }
        block.setTerminator(block.terminator().mapEdges(edge -> extend(block, edge, 0)));
        block.setHandlers(block.handlers().stream()
                .map(handler -> new Handler(handler.catchType(), extend(block, handler.edge(), 1)))
                .toList());
    }

    /** Passes the parts beside each object that is passed. */
    private Edge extend(Block block, Edge edge, int offset) {
        Edge extended = edge;
        for (Value parameter : replacedParameters.getOrDefault(edge.target(), List.of())) {
            Value argument = edge.arguments().get(edge.target().parameters().indexOf(parameter) - offset);
            for (Part part : group(parameter).parts()) {
                extended = extended.plus(read(block, argument, part));
            }
        }
        return extended;
    }

    private Value read(Block block, Value object, Part part) {
        Map<Part, Value> parts = partsOfParameters.get(object);
        return parts != null
                ? Objects.requireNonNull(parts.get(part))
                : variables.read(new Variable(object, part), block);
    }

    /** Whether something other than the instruction itself was kept. */
    private boolean rewrite(Block block, Instruction instruction) {
        AllocationGroup group = groupOf(instruction);
        if (group == null) {
            kept.add(instruction);
            return false;
        }
        switch (instruction.opCode()) {
            case NEW, NEW_ARRAY -> {
                for (Part part : group.parts()) {
                    Value zero = make(OpCode.CONSTANT, zero(part.type()), instruction);
                    variables.write(new Variable(instruction.value(), part), block, zero);
                }
                // Last, since nothing may follow what may throw in a block with handlers.
                if (instruction.opCode() == OpCode.NEW && !isSilent(instruction)) {
                    kept.add(instruction);
                }
            }
            case GET_FIELD, ARRAY_LOAD ->
                replacements.put(instruction.value(), read(block, instruction.operand(0), part(group, instruction)));
            case PUT_FIELD, ARRAY_STORE -> {
                Part part = part(group, instruction);
                Value stored = narrowed(instruction.operands().getLast(), part.descriptor(), instruction);
                variables.write(new Variable(instruction.operand(0), part), block, stored);
            }
            case ARRAY_LENGTH -> {
                Instruction allocation = Objects.requireNonNull(
                        group.allocations().iterator().next().definition());
                Object length = Objects.requireNonNull(Constants.of(allocation.operand(0)));
                replacements.put(instruction.value(), make(OpCode.CONSTANT, length, instruction));
            }
            case EQ, NE -> {
                boolean same = instruction.operand(0) == instruction.operand(1);
                boolean truth = same == (instruction.opCode() == OpCode.EQ);
                replacements.put(instruction.value(), make(OpCode.CONSTANT, truth ? 1 : 0, instruction));
            }
            default -> {} // null checks and the constructor of Object do nothing here
        }
        return true;
    }

    /** The group that the instruction makes or uses, or null. */
    private @Nullable AllocationGroup groupOf(Instruction instruction) {
        if (instruction.result() != null && groups.containsKey(instruction.result())) {
            return groups.get(instruction.result());
        }
        for (Value operand : instruction.operands()) {
            AllocationGroup group = groups.get(operand);
            if (group != null) {
                return group;
            }
        }
        return null;
    }

    private boolean isSilent(Instruction allocation) {
        return !allocation.mayThrow()
                || classes.isInitializationSilent(allocation.classAttribute())
                || function.origin() != null && function.origin().owner().equals(allocation.classAttribute());
    }

    private static Part part(AllocationGroup group, Instruction access) {
        Object key = access.opCode() == OpCode.GET_FIELD || access.opCode() == OpCode.PUT_FIELD
                ? access.field()
                : Constants.of(access.operand(1));
        return group.parts().stream()
                .filter(part -> part.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static Object zero(Type type) {
        return switch (type.kind()) {
            case INT -> (Object) 0;
            case LONG -> 0L;
            case FLOAT -> 0.0f;
            case DOUBLE -> 0.0;
            default -> Instruction.NULL;
        };
    }

    /** What is left of an int once it has been stored into a field or element of this type. */
    private Value narrowed(Value value, ClassDesc descriptor, Instruction at) {
        return switch (descriptor.descriptorString()) {
            case "Z" -> make(OpCode.AND, null, at, value, make(OpCode.CONSTANT, 1, at));
            case "B", "S", "C" -> make(OpCode.CONVERT, descriptor, at, value);
            default -> value;
        };
    }

    private Value make(OpCode opCode, @Nullable Object attribute, Instruction at, Value... operands) {
        Instruction made = function.newInstruction(opCode, attribute, List.of(operands), at.position());
        kept.add(made);
        return made.value();
    }
}
