package dev.jacobi.optimize.inline;

import dev.jacobi.analysis.Dominators;
import dev.jacobi.analysis.Loops;
import dev.jacobi.analysis.ReversePostorder;
import dev.jacobi.analysis.Use;
import dev.jacobi.analysis.Uses;
import dev.jacobi.ir.Block;
import dev.jacobi.ir.Edge;
import dev.jacobi.ir.Function;
import dev.jacobi.ir.Instruction;
import dev.jacobi.ir.OpCode;
import dev.jacobi.ir.References.FieldReference;
import dev.jacobi.ir.References.MethodReference;
import dev.jacobi.ir.Terminator;
import dev.jacobi.ir.Terminator.Branch;
import dev.jacobi.ir.Terminator.Return;
import dev.jacobi.ir.Terminator.Throw;
import dev.jacobi.ir.Type;
import dev.jacobi.ir.Value;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns a constructor's body into notes: values are computed again beside the real constructor, which has run already; stores into the object
 * become notes; arrays and objects that the constructor made are read from the fields they were put into.
 *
 * <p>Understood are constructors that compute without side effects, store into their own object and into what they allocate, and keep each allocation in
 * one field that is stored once, and put things into lists and maps, their own ones or, at the end, others; static methods without effects may be called again. What such a constructor reads again of its own fields must have been forwarded before. Everything
 * else is not: other calls, static fields written, exceptions caught, allocations in loops.
 */
final class ConstructorBody {
    /** Collections whose elements are told apart by their places or keys. */
    private static final Set<String> COLLECTIONS = Set.of(
            "java.util.List",
            "java.util.ArrayList",
            "java.util.LinkedList",
            "java.util.Deque",
            "java.util.ArrayDeque",
            "java.util.Map",
            "java.util.HashMap",
            "java.util.LinkedHashMap",
            "java.util.TreeMap");

    private static final Set<String> ADDING = Set.of("add", "addLast", "addFirst", "push", "put");

    private final Function function;
    private final Predicate<MethodReference> kept;
    private final Predicate<Instruction> empty;
    /** Whether some ways have ended in exceptions. */
    private final boolean throwing;

    private final Value self;
    private final Map<Value, Instruction> allocations = new LinkedHashMap<>();
    private final Map<Value, Value> loaded = new HashMap<>();
    private final Set<Value> noted = new HashSet<>();
    private final Set<Block> returns = new HashSet<>();
    private final Uses uses;
    private final Dominators dominators;
    private final Loops loops;

    private ConstructorBody(
            Function function, Predicate<MethodReference> kept, Predicate<Instruction> empty, boolean throwing) {
        this.throwing = throwing;
        this.function = function;
        this.empty = empty;
        this.kept = kept;
        this.self = function.entry().parameter(0);
        this.uses = Uses.of(function);
        this.dominators = Dominators.of(function);
        this.loops = Loops.of(function);
    }

    /**
     * Changes the function; false if it cannot be done, and the function is of no use any more.
     *
     * @param kept constructors that are known otherwise: they become notes themselves
     * @param empty calls of constructors of superclasses that do nothing that matters
     */
    static boolean toNotes(Function function, Predicate<MethodReference> kept, Predicate<Instruction> empty) {
        boolean throwing = function.blocks().stream().anyMatch(block -> block.terminator() instanceof Throw);
        if (!dropThrows(function)) {
            return false;
        }
        RepeatableCalls.dropUnused(function);
        dropCastsOfClones(function);
        forwardOwnFields(function);
        return new ConstructorBody(function, kept, empty, throwing).convert();
    }

    /** Reads what was stored in a field of the object once before: of the calls that are understood, none stores into it. */
    private static void forwardOwnFields(Function function) {
        Value self = function.entry().parameter(0);
        List<Instruction> stores = new ArrayList<>();
        List<Instruction> loads = new ArrayList<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (instruction.opCode() == OpCode.PUT_FIELD && instruction.operand(0) == self) {
                    stores.add(instruction);
                } else if (instruction.opCode() == OpCode.GET_FIELD
                        && instruction.operand(0) == self
                        && !instruction.isNoted()) {
                    loads.add(instruction);
                }
            }
        }
        Dominators dominators = Dominators.of(function);
        Map<Value, Value> replaced = new HashMap<>();
        for (Instruction load : loads) {
            List<Instruction> ofField = stores.stream()
                    .filter(store -> store.field().name().equals(load.field().name()))
                    .toList();
            // A store into a field of less than an int cuts the number.
            boolean cut = load.field().type().isPrimitive()
                    && load.value().type() == Type.INT
                    && !load.field().type().equals(ConstantDescs.CD_int);
            if (!cut
                    && ofField.size() == 1
                    && ofField.getFirst().field().equals(load.field())
                    && comesBefore(ofField.getFirst(), load, dominators)) {
                replaced.put(load.value(), ofField.getFirst().operand(1));
                load.block().remove(load);
            }
        }
        // What was stored may have been loaded itself.
        replaced.replaceAll((_, value) -> {
            Value last = value;
            while (replaced.containsKey(last)) {
                last = replaced.get(last);
            }
            return last;
        });
        function.replaceValues(replaced);
    }

    private static boolean comesBefore(Instruction one, Instruction other, Dominators dominators) {
        Block block = one.block();
        return block == other.block()
                ? block.instructions().indexOf(one) < block.instructions().indexOf(other)
                : dominators.dominates(block, other.block());
    }

    /** A clone is of the class of its original. */
    private static void dropCastsOfClones(Function function) {
        Map<Value, Value> replaced = new HashMap<>();
        for (Block block : function.blocks()) {
            for (Instruction instruction : List.copyOf(block.instructions())) {
                if (isClone(instruction)) {
                    instruction.value().setType(instruction.operand(0).type());
                } else if (instruction.opCode() == OpCode.CHECK_CAST
                        && instruction.operand(0).definition() instanceof Instruction made
                        && isClone(made)
                        && made.operand(0).type().descriptor().equals(instruction.classAttribute())) {
                    replaced.put(instruction.value(), made.value());
                    block.remove(instruction);
                }
            }
        }
        function.replaceValues(replaced);
    }

    /** The constructor has returned: ways that end in an exception were not taken. */
    private static boolean dropThrows(Function function) {
        Set<Block> returning = new HashSet<>();
        Map<Block, List<Block>> predecessors = function.predecessors();
        List<Block> open = new ArrayList<>();
        for (Block block : function.blocks()) {
            if (!block.handlers().isEmpty()) {
                return false;
            }
            if (block.terminator() instanceof Return && returning.add(block)) {
                open.add(block);
            }
        }
        while (!open.isEmpty()) {
            for (Block predecessor : predecessors.getOrDefault(open.removeLast(), List.of())) {
                if (returning.add(predecessor)) {
                    open.add(predecessor);
                }
            }
        }
        if (!returning.contains(function.entry())) {
            return false;
        }
        for (Block block : function.blocks()) {
            List<Edge> edges = block.terminator().edges();
            List<Edge> left = edges.stream()
                    .filter(edge -> returning.contains(edge.target()))
                    .toList();
            if (returning.contains(block) && left.size() < edges.size()) {
                if (!(block.terminator() instanceof Branch)) {
                    return false;
                }
                block.setTerminator(
                        new Terminator.Jump(left.getFirst(), block.terminator().position()));
            }
        }
        function.retainBlocks(ReversePostorder.of(function).blocks());
        return true;
    }

    private boolean convert() {
        for (Block block : function.blocks()) {
            if (block.terminator() instanceof Return) {
                returns.add(block);
            }
            for (Instruction instruction : block.instructions()) {
                switch (instruction.opCode()) {
                    case NEW, NEW_ARRAY -> allocations.put(instruction.value(), instruction);
                    default -> {
                        if (isClone(instruction)) {
                            allocations.put(instruction.value(), instruction);
                        } else if (instruction.opCode() == OpCode.GET_FIELD && instruction.isNoted()) {
                            noted.add(instruction.value());
                        }
                    }
                }
            }
        }
        for (Block block : function.blocks()) {
            for (Instruction instruction : block.instructions()) {
                if (!isUnderstood(instruction)) {
                    return false;
                }
            }
        }
        List<Instruction> loads = new ArrayList<>();
        for (Value allocation : allocations.keySet()) {
            if (!locate(allocation, loads, 0)) {
                return false;
            }
        }
        rewrite(loads);
        return true;
    }

    private static boolean isClone(Instruction instruction) {
        return instruction.opCode() == OpCode.INVOKE_VIRTUAL
                && instruction.method().name().equals("clone")
                && instruction.operand(0).type().isArray();
    }

    /** A constructor without arguments that carry anything, or of a collection of other elements. */
    private boolean isKnown(Instruction call) {
        return kept.test(call.method())
                && allocations.containsKey(call.operand(0))
                && call.operands().stream().skip(1).noneMatch(this::isOwn);
    }

    private boolean isEmpty(Instruction call) {
        return call.operand(0) == self && empty.test(call);
    }

    /** Whether a value goes nowhere but to constructors of superclasses that do nothing that matters. */
    private boolean isForSuperclass(Value value) {
        return uses.of(value).stream()
                .allMatch(use -> use instanceof Use.Operand(Instruction user, int _)
                        && user.opCode() == OpCode.INVOKE_SPECIAL
                        && isEmpty(user));
    }

    /**
     * Whether a call puts something into a collection and gives nothing that is used: into one that the constructor has made, or into another one at the very end, so that no exception can
     * come between that and the end of the constructor.
     */
    private boolean isAddition(Instruction call) {
        boolean adds = (call.opCode() == OpCode.INVOKE_INTERFACE || call.opCode() == OpCode.INVOKE_VIRTUAL)
                && kept.test(call.method())
                && COLLECTIONS.contains(Type.name(call.method().owner()))
                && ADDING.contains(call.method().name())
                && (call.result() == null || uses.of(call.value()).isEmpty())
                && call.operands().stream().skip(1).noneMatch(allocations::containsKey);
        return adds && (allocations.containsKey(call.operand(0)) || !mayThrowAfter(call));
    }

    private boolean mayThrowAfter(Instruction call) {
        List<Instruction> here = call.block().instructions();
        Set<Block> after = new HashSet<>();
        List<Block> open = new ArrayList<>(call.block().successors());
        while (!open.isEmpty()) {
            Block next = open.removeLast();
            if (after.add(next)) {
                open.addAll(next.successors());
            }
        }
        return here.subList(here.indexOf(call) + 1, here.size()).stream().anyMatch(Instruction::mayThrow)
                || after.stream()
                        .flatMap(block -> block.instructions().stream())
                        .anyMatch(Instruction::mayThrow)
                || throwing;
    }

    private static boolean isArrayCopy(Instruction call) {
        return call.opCode() == OpCode.INVOKE_STATIC && call.method().equals(MethodReference.ARRAY_COPY);
    }

    private boolean isOwn(Value reference) {
        return reference == self || allocations.containsKey(reference) || noted.contains(reference);
    }

    private boolean isUnderstood(Instruction instruction) {
        return switch (instruction.opCode()) {
            case PUT_FIELD, ARRAY_STORE -> isOwn(instruction.operand(0));
            case GET_FIELD -> instruction.isNoted() || !isOwn(instruction.operand(0));
            case ARRAY_LOAD -> !isOwn(instruction.operand(0));
            case NEW, NEW_ARRAY -> true;
            case PUT_STATIC, NEW_MULTI_ARRAY, LOAD_CONSTANT, MONITOR_ENTER, MONITOR_EXIT -> false;
            case INVOKE_SPECIAL -> instruction.isNoted() || isKnown(instruction) || isEmpty(instruction);
            case INVOKE_STATIC ->
                isArrayCopy(instruction)
                        ? isOwn(instruction.operand(2)) && !isOwn(instruction.operand(0))
                        : instruction.isNote()
                                || RepeatableCalls.is(instruction)
                                        && instruction.operands().stream().noneMatch(this::isOwn);
            case INVOKE_VIRTUAL ->
                isClone(instruction) && !isOwn(instruction.operand(0))
                        || RepeatableCalls.is(instruction)
                        || isAddition(instruction);
            case INVOKE_DYNAMIC -> RepeatableCalls.is(instruction);
            case INVOKE_INTERFACE -> isAddition(instruction);
            case INVOKE_FUNCTION -> false;
            default -> true;
        };
    }

    /** Finds the one field that the allocation is kept in, and makes the load from it. */
    private boolean locate(Value allocation, List<Instruction> loads, int depth) {
        if (loaded.containsKey(allocation)) {
            return true;
        }
        Block block = allocation.block();
        if (depth > 8 || !isAlwaysReached(block)) {
            return false;
        }
        Instruction kept = null;
        for (Use use : uses.of(allocation)) {
            if (!(use instanceof Use.Operand(Instruction user, int index))) {
                return false;
            }
            boolean stored = user.opCode() == OpCode.PUT_FIELD && index == 1;
            if (stored && kept == null) {
                kept = user;
            } else if (stored || isPassedOn(user, index) && !(index == 0 && isAddition(user))) {
                return false;
            }
        }
        if (kept == null || !isAlwaysReached(kept.block()) || !isStoredOnce(kept)) {
            return false;
        }
        Value owner = kept.operand(0);
        if (owner != self && !locate(owner, loads, depth + 1)) {
            return false;
        }
        Instruction load = function.newInstruction(
                OpCode.GET_FIELD, kept.field(), List.of(loaded.getOrDefault(owner, owner)), kept.position());
        load.setNoted(true);
        load.setProved(true);
        load.value().setType(allocation.type());
        loads.add(load);
        loaded.put(allocation, load.value());
        return true;
    }

    private static boolean isPassedOn(Instruction user, int index) {
        boolean constructor = user.opCode() == OpCode.INVOKE_SPECIAL && index == 0;
        boolean copy = user.opCode() == OpCode.INVOKE_STATIC && index == 2;
        return user.opCode().isCall() && !constructor && !copy
                || user.opCode() == OpCode.CHECK_CAST
                || user.opCode() == OpCode.SELECT;
    }

    private boolean isAlwaysReached(Block block) {
        return loops.loopOf(block) == null && returns.stream().allMatch(end -> dominators.dominates(block, end));
    }

    private boolean isStoredOnce(Instruction store) {
        FieldReference field = store.field();
        return function.blocks().stream()
                        .flatMap(block -> block.instructions().stream())
                        .filter(other -> other.opCode() == OpCode.PUT_FIELD
                                && other.operand(0) == store.operand(0)
                                && other.field().name().equals(field.name()))
                        .count()
                == 1;
    }

    private void rewrite(List<Instruction> loads) {
        for (Block block : function.blocks()) {
            List<Instruction> left = new ArrayList<>();
            for (Instruction instruction : block.instructions()) {
                switch (instruction.opCode()) {
                    case NEW, NEW_ARRAY -> {}
                    case INVOKE_SPECIAL -> {
                        if (isKnown(instruction) || instruction.isNote()) {
                            instruction.setNoted(true);
                            left.add(instruction);
                        }
                    }
                    case INVOKE_DYNAMIC -> {
                        if (!isForSuperclass(instruction.value())) {
                            left.add(instruction);
                        }
                    }
                    case INVOKE_INTERFACE -> {
                        instruction.setNoted(true);
                        instruction.setProved(true);
                        left.add(instruction);
                    }
                    case INVOKE_VIRTUAL -> {
                        instruction.setNoted(isAddition(instruction));
                        instruction.setProved(true);
                        left.addAll(isClone(instruction) ? copy(instruction) : List.of(instruction));
                    }
                    case PUT_FIELD, ARRAY_STORE -> {
                        instruction.setNoted(true);
                        instruction.setProved(true);
                        left.add(instruction);
                    }
                    default -> {
                        instruction.setNoted(isArrayCopy(instruction) || instruction.isNoted());
                        instruction.setProved(true);
                        left.add(instruction);
                    }
                }
            }
            block.setInstructions(left);
        }
        for (int index = 0; index < loads.size(); index++) {
            function.entry().insert(index, loads.get(index));
        }
        function.replaceValues(loaded);
    }

    /** A clone that a field keeps has the elements of its original. */
    private List<Instruction> copy(Instruction clone) {
        Value original = clone.operand(0);
        Instruction zero = function.newInstruction(OpCode.CONSTANT, 0, List.of(), clone.position());
        Instruction length = function.newInstruction(OpCode.ARRAY_LENGTH, null, List.of(original), clone.position());
        length.setProved(true);
        Instruction copy = function.newInstruction(
                OpCode.INVOKE_STATIC,
                MethodReference.ARRAY_COPY,
                List.of(original, zero.value(), clone.value(), zero.value(), length.value()),
                clone.position());
        copy.setNoted(true);
        copy.setProved(true);
        return List.of(zero, length, copy);
    }
}
